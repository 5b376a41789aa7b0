/* SPDX-License-Identifier: MPL-2.0 */
/* engine.h: the worker: takes hints, asks NetBox, brings Kea up to date.
 *
 * The owner (hook/host.cc) makes one engine for the process's life, starts it when Kea is configured and stops it when Kea unloads the
 * library; what it knows stays in memory between the two. Called from Kea's main thread only, none of it waits but nbk_engine_stop. */
#ifndef NBK_ENGINE_H
#define NBK_ENGINE_H

#include "config.h"
#include "error.h"
#include "kea.h"
#include "log.h"

struct nbk_engine;

/* New; log and kea are borrowed and outlive it. */
struct nbk_engine *nbk_engine_new(const struct nbk_log *log, const struct nbk_kea *kea);
void nbk_engine_free(struct nbk_engine *engine);

/* Starts worker and webhook listener with `config` (takes it, also on failure). What was applied before is put back first, then NetBox
 * is synced. Stopped or new engines only. */
int nbk_engine_start(struct nbk_engine *engine, struct nbk_config *config, struct nbk_error *err);

/* Ends both threads. Kea's functions must fail with NBK_ECANCELED by now. False: the worker did not end within timeout_ms; it is left
 * to itself and this engine can be neither started nor freed again. */
bool nbk_engine_stop(struct nbk_engine *engine, unsigned timeout_ms);

/* Whether Kea hears clients: NULL, or why not. Main thread, as often as it is looked at; told to log and health check. */
void nbk_engine_set_kea(struct nbk_engine *engine, const char *fault);

/* The health check says so until it is called with NULL: parameters of the running configuration that were refused. */
void nbk_engine_set_fault(struct nbk_engine *engine, const char *fault);

#endif

/* SPDX-License-Identifier: MPL-2.0 */
/* apply.h: brings Kea from what is served to what the model says: desired, plan, guard, and Kea's own word on each step.
 *
 * Knows what is served across starts and stops of the engine. The worker's. */
#ifndef NBK_APPLY_H
#define NBK_APPLY_H

#include "config.h"
#include "desired.h"
#include "kea.h"
#include "log.h"
#include "model.h"

struct nbk_apply;

struct nbk_apply_task {
	const struct nbk_config *config;
	struct nbk_model *model;
	struct nbk_scope *scope; /* grows by what changes with it */
	bool full; /* after a full sync: the guard counts anew, refusals are tried again */
	enum nbk_ownership ownership;
};

#define NBK_LEFT_OUT_TEXT 2560
#define NBK_HELD_TEXT 2560 /* of each kind the number, and three with up to 160 bytes */

struct nbk_apply_report {
	size_t counts[NBK_KINDS]; /* served */
	size_t left_out;
	bool subnets_left_out;
	char left_out_first[NBK_LEFT_OUT_TEXT]; /* "": nothing is */
	char held[NBK_HELD_TEXT]; /* "": nothing is */
	unsigned long sets; /* configurations that Kea has taken from us */
};

/* New; log and kea are borrowed. */
struct nbk_apply *nbk_apply_new(const struct nbk_log *log, const struct nbk_kea *kea);
void nbk_apply_free(struct nbk_apply *apply);

/* -1: what was served still is, and the error says what stands in the way. */
int nbk_apply_run(struct nbk_apply *apply, const struct nbk_apply_task *task, struct nbk_error *err);

/* Kea's configuration was replaced by somebody else, or is new to us: what was served before is put back. Nothing where there was
 * nothing. */
int nbk_apply_put_back(struct nbk_apply *apply, const struct nbk_config *config, struct nbk_error *err);

/* New: what Kea runs, as it prints it. NBK_ESTALE: somebody else has changed it. */
char *nbk_apply_running(struct nbk_apply *apply, struct nbk_error *err);

void nbk_apply_report(const struct nbk_apply *apply, struct nbk_apply_report *report);

/* "2 subnets, 1 pools, 5 reservations" */
void nbk_apply_report_text(const struct nbk_apply_report *report, const struct nbk_family *family, char text[128]);

#endif

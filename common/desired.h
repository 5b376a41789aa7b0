/* SPDX-License-Identifier: MPL-2.0 */
/* desired.h: what Kea should serve, made from what NetBox says; and what is left out, with its reason.
 *
 * Pure: no I/O. An object that is faulty, or loses against another, is left out whole; its last good version stays where it collides
 * with nothing. So does what is out of the scope, and what the guard holds. */
#ifndef NBK_DESIRED_H
#define NBK_DESIRED_H

#include "config.h"
#include "findings.h"
#include "kea_config.h"
#include "model.h"
#include "state.h"
#include "verdicts.h"

/* Which NetBox objects may change what is served. */
struct nbk_scope {
	bool all[NBK_KINDS];
	struct nbk_table ids[NBK_KINDS]; /* of int64_t; where not all */
};

void nbk_scope_init(struct nbk_scope *scope, bool all);
void nbk_scope_clear(struct nbk_scope *scope);
bool nbk_scope_has(const struct nbk_scope *scope, enum nbk_kind kind, int64_t id);

/* -1: out of memory. */
int nbk_scope_add(struct nbk_scope *scope, enum nbk_kind kind, int64_t id);

/* With one address of what is served as one reservation, all of them may change: what they share can't be parted. -1: out of memory. */
int nbk_scope_add_joined(struct nbk_scope *scope, const struct nbk_state *served);

/* With a prefix that is no subnet any more, what is served in it and NetBox still has may change: it may belong to the prefix around it.
 * -1: out of memory. */
int nbk_scope_add_contents(struct nbk_scope *scope, const struct nbk_state *served, const struct nbk_model *model);

struct nbk_sources {
	const struct nbk_config *config;
	struct nbk_model *model;           /* only its index of MACs may change */
	const struct nbk_kea_config *kea;
	const struct nbk_state *served;
	const struct nbk_scope *scope;
	const struct nbk_verdicts *verdicts; /* what Kea's parsers said */
	bool hold[NBK_KINDS];              /* nothing of this kind may go */
};

struct nbk_desired {
	struct nbk_state state;
	struct nbk_findings findings;
};

/* New; the sources are borrowed for the call. NULL: out of memory. */
struct nbk_desired *nbk_desired_new(const struct nbk_sources *sources, struct nbk_error *err);
void nbk_desired_free(struct nbk_desired *desired);

#endif

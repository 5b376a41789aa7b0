/* SPDX-License-Identifier: MPL-2.0 */
/* findings.h: what an operator should know of a desired state: objects left out, prefixes that nest the wrong way, ranges cut at an edge,
 * host names made valid, host names that differ within one reservation.
 *
 * Made together with the state; said once, by comparing with the findings of before. */
#ifndef NBK_FINDINGS_H
#define NBK_FINDINGS_H

#include "kea.h"
#include "log.h"

#include <stdint.h>

struct nbk_left_out {
	enum nbk_kind kind;
	int64_t id;
	bool kept;    /* its last good version is still served */
	char *object; /* "ip-address 10.0.0.5/24 (NetBox id 45, https://…)" */
	char *reason;
};

/* Up to three words of a message; NULL behind the last. */
struct nbk_notice {
	char *words[3];
};

struct nbk_notices {
	struct nbk_notice *all;
	size_t count;
};

struct nbk_findings {
	struct nbk_left_out *left_out;
	size_t left_out_count;
	struct nbk_notices nested;  /* outer, inner */
	struct nbk_notices trimmed; /* range, the pool made of it */
	struct nbk_notices differing; /* address, its host name, that of its reservation */
	struct nbk_notices renamed; /* object, the name that NetBox gives, the host name made of it */
	size_t not_ours;            /* ranges and addresses in no synced prefix */
	size_t unidentified;        /* addresses without an identifier */
};

void nbk_findings_clear(struct nbk_findings *findings);

/* Takes the object's text; NULL is out of memory, as is -1. */
int nbk_findings_leave_out(struct nbk_findings *findings, enum nbk_kind kind, int64_t id, char *object, const char *reason);

/* The words are copied; third may be NULL. -1: out of memory. */
int nbk_notices_add(struct nbk_notices *notices, const char *first, const char *second, const char *third);

/* Sorts what was added, so that it can be found. */
void nbk_findings_sort(struct nbk_findings *findings);

/* Borrowed: of sorted findings, or NULL. */
struct nbk_left_out *nbk_findings_find(const struct nbk_findings *findings, enum nbk_kind kind, int64_t id);

/* Writes the first that are left out and why: "prefix … (NetBox id 12, …): reason; …". */
void nbk_findings_first_left_out(const struct nbk_findings *findings, char *text, size_t size);

/* Logs what is new, or over, since `before`, which may be NULL. Both are sorted. */
void nbk_findings_say(const struct nbk_findings *findings, const struct nbk_findings *before, const struct nbk_log *log);

#endif

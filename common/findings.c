/* SPDX-License-Identifier: MPL-2.0 */
#include "findings.h"

#include "buf.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS 3

static void
notices_clear(struct nbk_notices *notices)
{
	size_t i;
	int word;

	for (i = 0; i < notices->count; i++)
		for (word = 0; word < WORDS; word++)
			free(notices->all[i].words[word]);
	free(notices->all);
	memset(notices, 0, sizeof(*notices));
}

void
nbk_findings_clear(struct nbk_findings *findings)
{
	size_t i;

	for (i = 0; i < findings->left_out_count; i++) {
		free(findings->left_out[i].object);
		free(findings->left_out[i].reason);
	}
	free(findings->left_out);
	notices_clear(&findings->nested);
	notices_clear(&findings->trimmed);
	notices_clear(&findings->differing);
	notices_clear(&findings->renamed);
	memset(findings, 0, sizeof(*findings));
}

int
nbk_findings_leave_out(struct nbk_findings *findings, enum nbk_kind kind, int64_t id, char *object, const char *reason)
{
	struct nbk_left_out *all = realloc(findings->left_out, (findings->left_out_count + 1) * sizeof(*all));
	struct nbk_left_out *left;

	if (all == NULL) {
		free(object);
		return -1;
	}
	findings->left_out = all;
	left = &all[findings->left_out_count++];
	left->kind = kind;
	left->id = id;
	left->kept = false;
	left->object = object;
	left->reason = strdup(reason);
	return left->object == NULL || left->reason == NULL ? -1 : 0;
}

int
nbk_notices_add(struct nbk_notices *notices, const char *first, const char *second, const char *third)
{
	struct nbk_notice *all = realloc(notices->all, (notices->count + 1) * sizeof(*all));
	struct nbk_notice *notice;

	if (all == NULL)
		return -1;
	notices->all = all;
	notice = &all[notices->count++];
	notice->words[0] = strdup(first);
	notice->words[1] = strdup(second);
	notice->words[2] = third == NULL ? NULL : strdup(third);
	return notice->words[0] == NULL || notice->words[1] == NULL || (third != NULL && notice->words[2] == NULL) ? -1 : 0;
}

static int
compare_left_out(const void *a, const void *b)
{
	const struct nbk_left_out *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return nbk_table_compare_keys(x->id, y->id);
}

static int
compare_notices(const void *a, const void *b)
{
	const struct nbk_notice *x = a, *y = b;
	int word, order = 0;

	for (word = 0; word < WORDS && order == 0; word++)
		order = strcmp(x->words[word] == NULL ? "" : x->words[word], y->words[word] == NULL ? "" : y->words[word]);
	return order;
}

static void
notices_sort(struct nbk_notices *notices)
{
	if (notices->count > 0)
		qsort(notices->all, notices->count, sizeof(*notices->all), compare_notices);
}

void
nbk_findings_sort(struct nbk_findings *findings)
{
	if (findings->left_out_count > 0)
		qsort(findings->left_out, findings->left_out_count, sizeof(*findings->left_out), compare_left_out);
	notices_sort(&findings->nested);
	notices_sort(&findings->trimmed);
	notices_sort(&findings->differing);
	notices_sort(&findings->renamed);
}

struct nbk_left_out *
nbk_findings_find(const struct nbk_findings *findings, enum nbk_kind kind, int64_t id)
{
	struct nbk_left_out wanted = { .kind = kind, .id = id };

	if (findings->left_out_count == 0)
		return NULL;
	return bsearch(&wanted, findings->left_out, findings->left_out_count, sizeof(wanted), compare_left_out);
}

void
nbk_findings_first_left_out(const struct nbk_findings *findings, char *text, size_t size)
{
	enum { MOST_NAMED = 3 };
	struct nbk_buf all;
	size_t i;

	nbk_buf_init(&all, NBK_BUF_UNBOUND);
	for (i = 0; i < findings->left_out_count && i < MOST_NAMED; i++) {
		const struct nbk_left_out *left = &findings->left_out[i];

		/* Whole, or not at all: a text that is cut may be no UTF-8. */
		if (all.length + strlen(left->object) + strlen(left->reason) + sizeof("; : ; …") > size)
			break;
		nbk_buf_addf(&all, "%s%s: %s", i == 0 ? "" : "; ", left->object, left->reason);
	}
	if (i < findings->left_out_count)
		nbk_buf_adds(&all, i == 0 ? "…" : "; …");
	snprintf(text, size, "%s", nbk_buf_text(&all));
	nbk_buf_clear(&all);
}

static void
say_left_out(const struct nbk_findings *now, const struct nbk_findings *before, const struct nbk_log *log)
{
	size_t i;

	for (i = 0; i < now->left_out_count; i++) {
		const struct nbk_left_out *left = &now->left_out[i];
		const struct nbk_left_out *known = before == NULL ? NULL : nbk_findings_find(before, left->kind, left->id);

		if (known == NULL || strcmp(known->reason, left->reason) != 0 || known->kept != left->kept)
			nbk_log(log, NETBOX_LEFT_OUT_MESSAGE, left->object, left->reason,
			        left->kept ? "not taken over, its last good version stays" : "left out");
	}
	for (i = 0; before != NULL && i < before->left_out_count; i++)
		if (nbk_findings_find(now, before->left_out[i].kind, before->left_out[i].id) == NULL)
			nbk_log(log, NETBOX_NO_LONGER_LEFT_OUT_MESSAGE, before->left_out[i].object);
}

static void
say_notices(const struct nbk_notices *now, const struct nbk_notices *before, enum nbk_message message, const struct nbk_log *log)
{
	size_t i;

	for (i = 0; i < now->count; i++) {
		const struct nbk_notice *notice = &now->all[i];

		if (before == NULL || before->count == 0 ||
		    bsearch(notice, before->all, before->count, sizeof(*notice), compare_notices) == NULL)
			nbk_log(log, message, notice->words[0], notice->words[1], notice->words[2]);
	}
}

static void
say_not_ours(const struct nbk_findings *now, const struct nbk_findings *before, const struct nbk_log *log)
{
	static const struct nbk_findings none;
	char not_ours[32], unidentified[32];

	if (before == NULL)
		before = &none;
	if (now->not_ours == before->not_ours && now->unidentified == before->unidentified)
		return;
	snprintf(not_ours, sizeof(not_ours), "%zu", now->not_ours);
	snprintf(unidentified, sizeof(unidentified), "%zu", now->unidentified);
	nbk_log(log, NETBOX_NOT_OURS_MESSAGE, not_ours, unidentified);
}

void
nbk_findings_say(const struct nbk_findings *findings, const struct nbk_findings *before, const struct nbk_log *log)
{
	say_left_out(findings, before, log);
	say_notices(&findings->nested, before == NULL ? NULL : &before->nested, NETBOX_NESTED_MESSAGE, log);
	say_notices(&findings->trimmed, before == NULL ? NULL : &before->trimmed, NETBOX_RANGE_CUT_MESSAGE, log);
	say_notices(&findings->differing, before == NULL ? NULL : &before->differing, NETBOX_HOSTNAMES_DIFFER_MESSAGE, log);
	say_notices(&findings->renamed, before == NULL ? NULL : &before->renamed, NETBOX_HOSTNAME_CHANGED_MESSAGE, log);
	say_not_ours(findings, before, log);
}

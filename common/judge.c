/* SPDX-License-Identifier: MPL-2.0 */
#include "judge.h"

#include "kea_config.h"

#include <stdlib.h>
#include <string.h>

/* Whether Kea is known to take the item as it is. */
static bool
is_judged(const struct nbk_judge *judge, const struct nbk_item *item)
{
	const struct nbk_item *taken = judge->taken == NULL ? NULL : nbk_state_get(judge->taken, item->kind, item->id);

	if (judge->doubts_subnets && item->kind == NBK_SUBNET)
		return false;
	if (taken != NULL && taken->subnet == item->subnet && strcmp(taken->text, item->text) == 0)
		return true;
	return nbk_verdicts_get(judge->verdicts, item) != NULL;
}

/* Items for Kea's parsers. */
struct questions {
	struct nbk_check *checks;
	const struct nbk_item **items;
	char **texts; /* of pools and subnets, made for the question */
	size_t count;
};

static void
questions_clear(struct questions *questions)
{
	size_t i;

	for (i = 0; questions->texts != NULL && i < questions->count; i++)
		free(questions->texts[i]);
	free(questions->checks);
	free(questions->items);
	free(questions->texts);
}

static int
ask_about(struct questions *questions, const struct nbk_state *state, const struct nbk_item *item)
{
	const struct nbk_item *subnet = item->kind == NBK_SUBNET ? item : nbk_state_get(state, NBK_SUBNET, item->subnet);
	struct nbk_check *check = &questions->checks[questions->count];

	check->kind = item->kind;
	check->kea_id = subnet->kea_id;
	questions->items[questions->count] = item;
	if (item->kind != NBK_RESERVATION) {
		questions->texts[questions->count] = nbk_kea_config_subnet_text(subnet, item->kind == NBK_SUBNET ? NULL : item);
		if (questions->texts[questions->count] == NULL)
			return -1;
	}
	check->text = item->kind == NBK_RESERVATION ? item->text : questions->texts[questions->count];
	questions->count++;
	return 0;
}

static int
collect(const struct nbk_judge *judge, const struct nbk_state *state, enum nbk_kind first, enum nbk_kind last, struct questions *questions)
{
	size_t most = 1, i;
	enum nbk_kind kind;

	memset(questions, 0, sizeof(*questions));
	for (kind = first; kind <= last; kind++)
		most += state->items[kind].count;
	questions->checks = calloc(most, sizeof(*questions->checks));
	questions->items = calloc(most, sizeof(*questions->items));
	questions->texts = calloc(most, sizeof(*questions->texts));
	if (questions->checks == NULL || questions->items == NULL || questions->texts == NULL)
		return -1;
	for (kind = first; kind <= last; kind++)
		for (i = 0; i < state->items[kind].count; i++)
			if (!is_judged(judge, state->items[kind].rows[i]) && ask_about(questions, state, state->items[kind].rows[i]) < 0)
				return -1;
	return 0;
}

long
nbk_judge_run(const struct nbk_judge *judge, const struct nbk_state *state, enum nbk_kind first, enum nbk_kind last, struct nbk_error *err)
{
	struct questions questions;
	long refused = -1;
	size_t i;

	if (collect(judge, state, first, last, &questions) < 0)
		nbk_error_nomem(err);
	else if (questions.count == 0)
		refused = 0;
	else if (judge->kea->check(judge->kea->context, questions.checks, questions.count, err) == 0)
		refused = 0;
	for (i = 0; refused >= 0 && i < questions.count; i++) {
		const struct nbk_error *verdict = &questions.checks[i].verdict;

		if (nbk_verdicts_put(judge->verdicts, questions.items[i], verdict->code == NBK_OK ? NULL : verdict->text) < 0) {
			nbk_error_nomem(err);
			refused = -1;
		} else {
			refused += verdict->code != NBK_OK;
		}
	}
	questions_clear(&questions);
	return refused;
}

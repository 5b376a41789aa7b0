/* SPDX-License-Identifier: MPL-2.0 */
#include "queue.h"
#include "suites.h"

#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define NO_WINDOW 0
#define NO_BOUND (-1L)

static struct nbk_hint
hint(enum nbk_hint_type type, int64_t id)
{
	return (struct nbk_hint){ .type = type, .id = id };
}

static void
assert_hint(const struct nbk_batch *batch, size_t i, enum nbk_hint_type type, int64_t id)
{
	ck_assert_uint_lt(i, batch->count);
	ck_assert_int_eq(batch->hints[i].type, type);
	ck_assert_int_eq(batch->hints[i].id, id);
}

static void
assert_takes_full_sync(struct nbk_queue *queue)
{
	struct nbk_batch batch;

	ck_assert_int_eq(nbk_queue_take(queue, NO_WINDOW, NO_BOUND, &batch), 1);
	ck_assert_uint_eq(batch.count, 1);
	ck_assert_int_eq(batch.hints[0].type, NBK_HINT_FULL_SYNC);
	nbk_batch_clear(&batch);
}

START_TEST(test_queue_take_sorts_and_says_each_once)
{
	struct nbk_queue *queue = nbk_queue_new(10);
	struct nbk_batch batch;

	ck_assert(nbk_queue_push(queue, hint(NBK_HINT_DEVICE, 1)));
	ck_assert(nbk_queue_push(queue, hint(NBK_HINT_ADDRESS, 9)));
	ck_assert(nbk_queue_push(queue, hint(NBK_HINT_ADDRESS, 4)));
	ck_assert(!nbk_queue_push(queue, hint(NBK_HINT_ADDRESS, 9)));
	ck_assert(nbk_queue_push(queue, hint(NBK_HINT_PREFIX, 9)));
	ck_assert_uint_eq(nbk_queue_length(queue), 4);

	ck_assert_int_eq(nbk_queue_take(queue, NO_WINDOW, NO_BOUND, &batch), 1);
	ck_assert_uint_eq(batch.count, 4);
	assert_hint(&batch, 0, NBK_HINT_PREFIX, 9);
	assert_hint(&batch, 1, NBK_HINT_ADDRESS, 4);
	assert_hint(&batch, 2, NBK_HINT_ADDRESS, 9);
	assert_hint(&batch, 3, NBK_HINT_DEVICE, 1);
	nbk_batch_clear(&batch);
	ck_assert_ptr_null(batch.hints);
	ck_assert_uint_eq(nbk_queue_length(queue), 0);
	nbk_queue_free(queue);
}
END_TEST

START_TEST(test_queue_take_times_out)
{
	struct nbk_queue *queue = nbk_queue_new(1);
	struct nbk_batch batch;

	ck_assert_int_eq(nbk_queue_take(queue, 50, 0, &batch), 0);
	ck_assert_int_eq(nbk_queue_take(queue, 50, 20, &batch), 0);
	ck_assert_uint_eq(batch.count, 0);
	nbk_queue_free(queue);
}
END_TEST

START_TEST(test_queue_push_full_sync_swallows)
{
	struct nbk_queue *queue = nbk_queue_new(10);

	nbk_queue_push(queue, hint(NBK_HINT_PREFIX, 1));
	nbk_queue_push(queue, hint(NBK_HINT_ADDRESS, 2));
	ck_assert(nbk_queue_push(queue, hint(NBK_HINT_FULL_SYNC, 7)));
	ck_assert_uint_eq(nbk_queue_length(queue), 1);
	ck_assert(!nbk_queue_push(queue, hint(NBK_HINT_FULL_SYNC, 8)));
	ck_assert(!nbk_queue_push(queue, hint(NBK_HINT_ADDRESS, 3)));
	ck_assert_uint_eq(nbk_queue_length(queue), 1);
	assert_takes_full_sync(queue);
	nbk_queue_free(queue);
}
END_TEST

/* What changes while a full sync runs may have been read before it changed. */
START_TEST(test_queue_push_after_full_sync_was_taken_is_kept)
{
	struct nbk_queue *queue = nbk_queue_new(10);
	struct nbk_batch batch;

	nbk_queue_push(queue, hint(NBK_HINT_FULL_SYNC, 0));
	assert_takes_full_sync(queue);
	ck_assert(nbk_queue_push(queue, hint(NBK_HINT_ADDRESS, 3)));
	ck_assert_int_eq(nbk_queue_take(queue, NO_WINDOW, NO_BOUND, &batch), 1);
	assert_hint(&batch, 0, NBK_HINT_ADDRESS, 3);
	nbk_batch_clear(&batch);
	nbk_queue_free(queue);
}
END_TEST

START_TEST(test_queue_push_over_capacity_becomes_full_sync)
{
	struct nbk_queue *queue = nbk_queue_new(3);
	int64_t id;

	for (id = 1; id <= 3; id++)
		ck_assert(nbk_queue_push(queue, hint(NBK_HINT_ADDRESS, id)));
	ck_assert(!nbk_queue_push(queue, hint(NBK_HINT_ADDRESS, 2)));
	ck_assert_uint_eq(nbk_queue_length(queue), 3);
	ck_assert(nbk_queue_push(queue, hint(NBK_HINT_ADDRESS, 4)));
	ck_assert_uint_eq(nbk_queue_length(queue), 1);
	assert_takes_full_sync(queue);
	ck_assert(nbk_queue_push(queue, hint(NBK_HINT_ADDRESS, 5)));
	nbk_queue_free(queue);

	queue = nbk_queue_new(1);
	nbk_queue_push(queue, hint(NBK_HINT_ADDRESS, 1));
	nbk_queue_push(queue, hint(NBK_HINT_PREFIX, 1));
	assert_takes_full_sync(queue);
	nbk_queue_free(queue);
}
END_TEST

START_TEST(test_queue_close_keeps_hints)
{
	struct nbk_queue *queue = nbk_queue_new(10);
	struct nbk_batch batch;

	nbk_queue_push(queue, hint(NBK_HINT_ADDRESS, 1));
	nbk_queue_close(queue);
	ck_assert_int_eq(nbk_queue_take(queue, NO_WINDOW, NO_BOUND, &batch), -1);
	ck_assert(nbk_queue_push(queue, hint(NBK_HINT_ADDRESS, 2)));
	ck_assert_int_eq(nbk_queue_take(queue, NO_WINDOW, 0, &batch), -1);
	nbk_queue_open(queue);
	ck_assert_int_eq(nbk_queue_take(queue, NO_WINDOW, NO_BOUND, &batch), 1);
	ck_assert_uint_eq(batch.count, 2);
	nbk_batch_clear(&batch);
	nbk_queue_free(queue);
}
END_TEST

static void *
close_queue(void *queue)
{
	nbk_queue_close(queue);
	return NULL;
}

START_TEST(test_queue_close_wakes_the_taker)
{
	static const unsigned an_hour = 3600000;
	struct nbk_queue *queue = nbk_queue_new(10);
	struct nbk_batch batch;
	pthread_t thread;

	/* One that waits for a first hint, then one that waits for its window to end. */
	ck_assert_int_eq(pthread_create(&thread, NULL, close_queue, queue), 0);
	ck_assert_int_eq(nbk_queue_take(queue, an_hour, NO_BOUND, &batch), -1);
	pthread_join(thread, NULL);
	nbk_queue_open(queue);
	nbk_queue_push(queue, hint(NBK_HINT_ADDRESS, 1));
	ck_assert_int_eq(pthread_create(&thread, NULL, close_queue, queue), 0);
	ck_assert_int_eq(nbk_queue_take(queue, an_hour, NO_BOUND, &batch), -1);
	pthread_join(thread, NULL);
	ck_assert_uint_eq(nbk_queue_length(queue), 1);
	nbk_queue_free(queue);
}
END_TEST

struct trickle {
	struct nbk_queue *queue;
	bool stop;
	pthread_mutex_t lock;
};

/* A new hint each millisecond, until told to stop. */
static void *
push_trickle(void *context)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	struct trickle *trickle = context;
	bool stop = false;
	int64_t id;

	for (id = 1; !stop; id++) {
		nbk_queue_push(trickle->queue, hint(NBK_HINT_ADDRESS, id));
		nanosleep(&pause, NULL);
		pthread_mutex_lock(&trickle->lock);
		stop = trickle->stop;
		pthread_mutex_unlock(&trickle->lock);
	}
	return NULL;
}

START_TEST(test_queue_take_is_not_held_by_a_trickle)
{
	struct trickle trickle = { .queue = nbk_queue_new(100000), .lock = PTHREAD_MUTEX_INITIALIZER };
	struct nbk_batch batch;
	pthread_t thread;

	ck_assert_int_eq(pthread_create(&thread, NULL, push_trickle, &trickle), 0);
	ck_assert_int_eq(nbk_queue_take(trickle.queue, 50, NO_BOUND, &batch), 1);
	pthread_mutex_lock(&trickle.lock);
	trickle.stop = true;
	pthread_mutex_unlock(&trickle.lock);
	pthread_join(thread, NULL);
	ck_assert_uint_gt(batch.count, 0);
	nbk_batch_clear(&batch);
	nbk_queue_free(trickle.queue);
}
END_TEST

#define PUSHERS 4
#define PUSHES 2000

static void *
push_many(void *queue)
{
	int64_t id;

	for (id = 1; id <= PUSHES; id++)
		nbk_queue_push(queue, hint(NBK_HINT_ADDRESS, id));
	nbk_queue_push(queue, hint(NBK_HINT_PREFIX, (int64_t)(uintptr_t)pthread_self()));
	return NULL;
}

START_TEST(test_queue_push_of_many_threads_loses_nothing)
{
	struct nbk_queue *queue = nbk_queue_new(PUSHERS * PUSHES);
	bool seen[PUSHES + 1] = { false };
	pthread_t threads[PUSHERS];
	size_t i, addresses = 0, prefixes = 0;

	for (i = 0; i < PUSHERS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, push_many, queue), 0);
	while (prefixes < PUSHERS) {
		struct nbk_batch batch;

		ck_assert_int_eq(nbk_queue_take(queue, NO_WINDOW, NO_BOUND, &batch), 1);
		for (i = 0; i < batch.count; i++) {
			if (batch.hints[i].type == NBK_HINT_PREFIX) {
				prefixes++;
			} else {
				addresses += !seen[batch.hints[i].id];
				seen[batch.hints[i].id] = true;
			}
		}
		nbk_batch_clear(&batch);
	}
	for (i = 0; i < PUSHERS; i++)
		pthread_join(threads[i], NULL);
	ck_assert_uint_eq(addresses, PUSHES);
	nbk_queue_free(queue);
}
END_TEST

START_TEST(test_hint_type_text_is_netbox_s_word)
{
	ck_assert_str_eq(nbk_hint_type_text(NBK_HINT_ADDRESS), "ipaddress");
	ck_assert_str_eq(nbk_hint_type_text(NBK_HINT_VM), "virtualmachine");
	ck_assert_str_eq(nbk_hint_type_text(NBK_HINT_FULL_SYNC), "full sync");
}
END_TEST

Suite *
suite_queue(void)
{
	Suite *suite = suite_create("queue");
	TCase *tcase = tcase_create("queue");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, test_queue_take_sorts_and_says_each_once);
	tcase_add_test(tcase, test_queue_take_times_out);
	tcase_add_test(tcase, test_queue_push_full_sync_swallows);
	tcase_add_test(tcase, test_queue_push_after_full_sync_was_taken_is_kept);
	tcase_add_test(tcase, test_queue_push_over_capacity_becomes_full_sync);
	tcase_add_test(tcase, test_queue_close_keeps_hints);
	tcase_add_test(tcase, test_queue_close_wakes_the_taker);
	tcase_add_test(tcase, test_queue_take_is_not_held_by_a_trickle);
	tcase_add_test(tcase, test_queue_push_of_many_threads_loses_nothing);
	tcase_add_test(tcase, test_hint_type_text_is_netbox_s_word);
	suite_add_tcase(suite, tcase);
	return suite;
}

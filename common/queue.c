/* SPDX-License-Identifier: MPL-2.0 */
#include "queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_WINDOWS 4

struct nbk_queue {
	pthread_mutex_t lock;
	pthread_cond_t changed; /* on the monotonic clock: a step of the wall clock must not stretch a wait */
	bool closed;
	uint64_t news;          /* hints that were new, ever: tells the taker whether one came while it waited */
	struct nbk_hint *hints; /* sorted, all of the capacity allocated: a push can't fail */
	size_t count;
	size_t capacity;
};

const char *
nbk_hint_type_text(enum nbk_hint_type type)
{
	switch (type) {
	case NBK_HINT_PREFIX:
		return "prefix";
	case NBK_HINT_RANGE:
		return "iprange";
	case NBK_HINT_ADDRESS:
		return "ipaddress";
	case NBK_HINT_INTERFACE:
		return "interface";
	case NBK_HINT_VM_INTERFACE:
		return "vminterface";
	case NBK_HINT_DEVICE:
		return "device";
	case NBK_HINT_VM:
		return "virtualmachine";
	case NBK_HINT_MAC:
		return "macaddress";
	case NBK_HINT_FULL_SYNC:
		return "full sync";
	}
	return "";
}

struct nbk_queue *
nbk_queue_new(size_t capacity)
{
	struct nbk_queue *queue = calloc(1, sizeof(*queue));
	pthread_condattr_t attributes;

	if (queue == NULL)
		return NULL;
	queue->capacity = capacity;
	queue->hints = calloc(capacity, sizeof(*queue->hints));
	if (queue->hints == NULL || pthread_condattr_init(&attributes) != 0) {
		free(queue->hints);
		free(queue);
		return NULL;
	}
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&queue->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	pthread_mutex_init(&queue->lock, NULL);
	return queue;
}

void
nbk_queue_free(struct nbk_queue *queue)
{
	if (queue == NULL)
		return;
	pthread_cond_destroy(&queue->changed);
	pthread_mutex_destroy(&queue->lock);
	free(queue->hints);
	free(queue);
}

static bool
is_before(const struct nbk_hint *a, const struct nbk_hint *b)
{
	return a->type != b->type ? a->type < b->type : a->id < b->id;
}

/* Where the hint is, or belongs. */
static size_t
find(const struct nbk_queue *queue, const struct nbk_hint *hint)
{
	size_t low = 0, high = queue->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (is_before(&queue->hints[middle], hint))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* False where it was waiting already. */
static bool
insert(struct nbk_queue *queue, const struct nbk_hint *hint)
{
	size_t i;

	if (queue->count > 0 && queue->hints[0].type == NBK_HINT_FULL_SYNC)
		return false;
	i = find(queue, hint);
	if (i < queue->count && !is_before(hint, &queue->hints[i]))
		return false;
	if (hint->type == NBK_HINT_FULL_SYNC || queue->count == queue->capacity) {
		queue->hints[0] = (struct nbk_hint){ .type = NBK_HINT_FULL_SYNC };
		queue->count = 1;
		return true;
	}
	memmove(&queue->hints[i + 1], &queue->hints[i], (queue->count - i) * sizeof(*hint));
	queue->hints[i] = *hint;
	queue->count++;
	return true;
}

bool
nbk_queue_push(struct nbk_queue *queue, struct nbk_hint hint)
{
	bool new;

	pthread_mutex_lock(&queue->lock);
	new = insert(queue, &hint);
	if (new) {
		queue->news++;
		pthread_cond_broadcast(&queue->changed);
	}
	pthread_mutex_unlock(&queue->lock);
	return new;
}

static struct timespec
after(struct timespec time, unsigned long ms)
{
	time.tv_sec += (time_t)(ms / 1000);
	time.tv_nsec += (long)(ms % 1000) * 1000000;
	if (time.tv_nsec >= 1000000000) {
		time.tv_sec++;
		time.tv_nsec -= 1000000000;
	}
	return time;
}

static struct timespec
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time;
}

/* Waits until there is a hint, the queue is closed, or the time is over. */
static void
wait_for_first(struct nbk_queue *queue, long timeout_ms)
{
	struct timespec end = after(now(), timeout_ms < 0 ? 0 : (unsigned long)timeout_ms);
	int rc = 0;

	while (!queue->closed && queue->count == 0 && rc != ETIMEDOUT) {
		if (timeout_ms < 0)
			pthread_cond_wait(&queue->changed, &queue->lock);
		else
			rc = pthread_cond_timedwait(&queue->changed, &queue->lock, &end);
	}
}

/* Waits until one window has passed without a new hint. One that comes starts the window anew, and a trickle of them could hold the
 * taker for ever: hence the end. */
static void
wait_for_quiet(struct nbk_queue *queue, unsigned window_ms)
{
	struct timespec end = after(now(), (unsigned long)window_ms * MAX_WINDOWS);
	bool ended = false;

	while (!queue->closed && !ended) {
		struct timespec until = after(now(), window_ms);
		uint64_t news = queue->news;
		int rc = 0;

		if (until.tv_sec > end.tv_sec || (until.tv_sec == end.tv_sec && until.tv_nsec >= end.tv_nsec))
			until = end;
		while (!queue->closed && queue->news == news && rc != ETIMEDOUT)
			rc = pthread_cond_timedwait(&queue->changed, &queue->lock, &until);
		ended = rc == ETIMEDOUT;
	}
}

/* Copies the hints that wait into the batch and forgets them. 0: no memory, they wait on. */
static int
hand_over(struct nbk_queue *queue, struct nbk_batch *batch)
{
	batch->hints = malloc(queue->count * sizeof(*batch->hints));
	if (batch->hints == NULL)
		return 0;
	memcpy(batch->hints, queue->hints, queue->count * sizeof(*batch->hints));
	batch->count = queue->count;
	queue->count = 0;
	return 1;
}

int
nbk_queue_take(struct nbk_queue *queue, unsigned window_ms, long timeout_ms, struct nbk_batch *batch)
{
	int rc = 0;

	memset(batch, 0, sizeof(*batch));
	pthread_mutex_lock(&queue->lock);
	wait_for_first(queue, timeout_ms);
	if (queue->count > 0)
		wait_for_quiet(queue, window_ms);
	if (queue->closed)
		rc = -1;
	else if (queue->count > 0)
		rc = hand_over(queue, batch);
	pthread_mutex_unlock(&queue->lock);
	return rc;
}

void
nbk_batch_clear(struct nbk_batch *batch)
{
	if (batch == NULL)
		return;
	free(batch->hints);
	memset(batch, 0, sizeof(*batch));
}

size_t
nbk_queue_length(struct nbk_queue *queue)
{
	size_t count;

	pthread_mutex_lock(&queue->lock);
	count = queue->count;
	pthread_mutex_unlock(&queue->lock);
	return count;
}

static void
set_closed(struct nbk_queue *queue, bool closed)
{
	pthread_mutex_lock(&queue->lock);
	queue->closed = closed;
	pthread_cond_broadcast(&queue->changed);
	pthread_mutex_unlock(&queue->lock);
}

void
nbk_queue_close(struct nbk_queue *queue)
{
	set_closed(queue, true);
}

void
nbk_queue_open(struct nbk_queue *queue)
{
	set_closed(queue, false);
}

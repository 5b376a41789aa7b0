/* SPDX-License-Identifier: MPL-2.0 */
#include "engine.h"

#include "apply.h"
#include "backoff.h"
#include "config_write.h"
#include "file.h"
#include "health.h"
#include "http_server.h"
#include "queue.h"
#include "sync.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#define QUEUE_HINTS 4096
#define IDLE_MS 60000
#define LISTEN_RETRY_MS 10000 /* how often a port that is taken is tried again */
#define REFUSED_RETRY_MS 600000
#define MOST_SAID 16384 /* bytes */
#define SOON_MS 1000

struct nbk_engine {
	const struct nbk_log *log;
	struct nbk_queue *queue;
	const struct nbk_kea *kea;
	struct nbk_apply *apply; /* what is served, across starts and stops */
	unsigned long written;   /* of Kea's configurations that came from us, the one that its file has */

	struct nbk_health health;

	pthread_mutex_t lock; /* over the three that follow */
	pthread_cond_t ended;
	struct nbk_netbox *netbox;
	bool stopping;
	bool done;

	/* The worker's, from start to stop. */
	pthread_t thread;
	bool running;
	struct nbk_config *config;
	struct nbk_model model;
	struct nbk_http_server *server;
	bool loaded;     /* the model holds a full sync */
	bool everything; /* all that NetBox says is served, not only what hints named */
	bool full_due;
	bool known[NBK_KINDS]; /* the list was not refused */
	unsigned failures; /* in a row */
	struct nbk_buf said; /* why, a line each reason */
	bool held;
	char said_held[NBK_HELD_TEXT]; /* since the start */
	bool unchecked_said;
	bool workers_said;
	int64_t retry_at, listen_at; /* monotonic ms; 0: not set */
	struct nbk_batch missed; /* hints that could not be followed, for after the next full sync */
};

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The server's thread. */
static unsigned
answer_health(void *context, struct nbk_buf *body)
{
	struct nbk_engine *engine = context;

	return nbk_health_answer(&engine->health, nbk_queue_length(engine->queue), body);
}

/* The worker: the listener, where it is wanted and not up. */
static void
listen_again(struct nbk_engine *engine)
{
	struct nbk_error err = { NBK_OK, "" };
	struct nbk_config *config = engine->config;
	char *secret = config->secret_file == NULL ? NULL : nbk_file_secret(config->secret_file, "secret-file", &err);
	struct nbk_http_server_options options = {
		.bind = config->bind,
		.port = (uint16_t)config->port,
		.max_body = config->max_body_bytes,
		.secret = secret == NULL ? config->secret : secret,
		.secret_header = config->secret_header,
		.queue = engine->queue,
		.log = engine->log,
		.health = answer_health,
		.context = engine,
	};

	if (err.code == NBK_OK)
		engine->server = nbk_http_server_start(&options, &err);
	if (secret != NULL)
		explicit_bzero(secret, strlen(secret));
	free(secret);
	engine->listen_at = engine->server == NULL ? now_ms() + LISTEN_RETRY_MS : 0;
	if (nbk_health_tell(&engine->health, NBK_HEALTH_LISTENER, err.text) && engine->server == NULL)
		nbk_log(engine->log, NETBOX_LISTEN_FAILED_MESSAGE, err.text);
}

static uint32_t
chance(void)
{
	uint32_t value;

	return getrandom(&value, sizeof(value), GRND_NONBLOCK) == sizeof(value) ? value : (uint32_t)now_ms();
}

static void
failed(struct nbk_engine *engine, const struct nbk_error *err)
{
	struct nbk_apply_report report;
	int64_t wait;
	char next[64];

	if (err->code == NBK_ECANCELED)
		return;
	/* What Kea refused it will refuse again, until something changes; a config-set that fails costs clients packets. */
	wait = err->code == NBK_EDATA ? REFUSED_RETRY_MS : nbk_backoff_ms(++engine->failures, chance());
	engine->retry_at = now_ms() + wait;
	snprintf(next, sizeof(next), "%.1f", (double)wait / 1000);
	nbk_health_tell(&engine->health, NBK_HEALTH_SYNC, err->text);
	/* Of lists that are read side by side now one fails first, now another: each reason is said once. */
	if (strstr(nbk_buf_text(&engine->said), err->text) == NULL) {
		nbk_buf_addf(&engine->said, "%s\n", err->text);
		nbk_apply_report(engine->apply, &report);
		nbk_log(engine->log, NETBOX_FAILED_MESSAGE, err->text,
		        report.counts[NBK_SUBNET] > 0 ? "what is served stays" : "nothing from NetBox is served yet", next);
	}
}

static void
succeeded(struct nbk_engine *engine)
{
	engine->failures = 0;
	engine->retry_at = 0;
	nbk_health_tell(&engine->health, NBK_HEALTH_SYNC, "");
	if (engine->said.length > 0)
		nbk_log(engine->log, NETBOX_WELL_MESSAGE);
	nbk_buf_clear(&engine->said);
}

/* A full sync that waits need not wait long any more; but a flood of webhooks does not make a flood of them. */
static void
retry_soon(struct nbk_engine *engine)
{
	int64_t soon = now_ms() + SOON_MS;

	if (engine->retry_at > soon)
		engine->retry_at = soon;
}

/* The connection to NetBox, made anew after a failure, so that a token that was replaced is read again. */
static void
set_netbox(struct nbk_engine *engine, struct nbk_netbox *netbox)
{
	struct nbk_netbox *old;

	pthread_mutex_lock(&engine->lock);
	old = engine->netbox;
	engine->netbox = netbox;
	if (engine->stopping && netbox != NULL)
		nbk_netbox_cancel(netbox);
	pthread_mutex_unlock(&engine->lock);
	nbk_netbox_free(old);
}

static void
say_workers(struct nbk_engine *engine, int workers)
{
	if (workers == 0 && !engine->workers_said)
		nbk_log(engine->log, NETBOX_NO_WEBHOOK_WORKER_MESSAGE);
	engine->workers_said = workers == 0;
}

static int
connect_netbox(struct nbk_engine *engine, struct nbk_error *err)
{
	int workers, result;

	if (engine->netbox == NULL) {
		struct nbk_netbox *netbox = nbk_netbox_new(engine->config, engine->log, err);

		if (netbox == NULL)
			return -1;
		set_netbox(engine, netbox);
	}
	result = nbk_netbox_greet(engine->netbox, &workers, err);
	if (result == 0)
		say_workers(engine, workers);
	return result;
}

/* Each key of a filter whose effect can't be checked is named once. */
static void
say_unchecked(struct nbk_engine *engine)
{
	int kind;

	for (kind = 0; kind < NBK_KINDS && !engine->unchecked_said; kind++) {
		size_t position = 0;
		const char *key;

		while ((key = nbk_filter_unchecked(&engine->config->filters[kind], &position)) != NULL)
			nbk_log(engine->log, NETBOX_FILTER_NOT_CHECKED_MESSAGE, nbk_config_filter_name(kind), key);
	}
	engine->unchecked_said = true;
}

/* Lists that NetBox refused: nothing can be made without the prefixes, nor before it is known which of them are delegated from; of
 * others, what is served stays until a whole list is there again. */
static int
note_refused(struct nbk_engine *engine, const struct nbk_error refused[NBK_KINDS], bool whole, struct nbk_error *err)
{
	static const char *const names[NBK_KINDS] = { "prefixes", "ip-ranges", "ip-addresses", "prefixes to delegate from" };
	struct nbk_buf text;
	int kind;

	if (refused[NBK_SUBNET].code != NBK_OK)
		return nbk_error_set(err, NBK_EREFUSED, "prefix-filter: %s", refused[NBK_SUBNET].text);
	if (refused[NBK_PD_POOL].code != NBK_OK && !engine->loaded)
		return nbk_error_set(err, NBK_EREFUSED, "pd-filter: %s", refused[NBK_PD_POOL].text);
	nbk_buf_init(&text, NBK_KINDS * sizeof(refused[0].text));
	for (kind = NBK_POOL; kind < NBK_KINDS; kind++) {
		if (refused[kind].code != NBK_OK && engine->known[kind])
			nbk_log(engine->log, NETBOX_LIST_REFUSED_MESSAGE, names[kind], refused[kind].text);
		engine->known[kind] = refused[kind].code == NBK_OK && (whole || engine->known[kind]);
		if (!engine->known[kind] && refused[kind].code != NBK_OK)
			nbk_buf_addf(&text, "%s%s: %s", text.length == 0 ? "" : "; ", names[kind], refused[kind].text);
	}
	if (whole || text.length > 0)
		nbk_health_tell(&engine->health, NBK_HEALTH_LISTS, nbk_buf_text(&text));
	nbk_buf_clear(&text);
	return 0;
}

/* Without its list, what was there to delegate from still is, and becomes no subnet. */
static void
keep_delegated(struct nbk_model *fresh, struct nbk_model *old)
{
	struct nbk_table rows = fresh->rows[NBK_PD_POOL];

	fresh->rows[NBK_PD_POOL] = old->rows[NBK_PD_POOL];
	old->rows[NBK_PD_POOL] = rows;
	nbk_model_part_delegated(fresh);
}

static int
load(struct nbk_engine *engine, struct nbk_error *err)
{
	struct nbk_error refused[NBK_KINDS] = { 0 };
	struct nbk_model fresh;

	if (connect_netbox(engine, err) < 0)
		return -1;
	nbk_model_init(&fresh, engine->config);
	if (nbk_sync_load(engine->netbox, &fresh, refused, err) < 0 || note_refused(engine, refused, true, err) < 0) {
		nbk_model_clear(&fresh);
		return -1;
	}
	if (refused[NBK_PD_POOL].code != NBK_OK)
		keep_delegated(&fresh, &engine->model);
	nbk_model_clear(&engine->model);
	engine->model = fresh;
	engine->loaded = true;
	say_unchecked(engine);
	return 0;
}

/* Kea's own file, where that is wanted and Kea has taken something since it was written. */
static void
write_file(struct nbk_engine *engine, unsigned long sets)
{
	struct nbk_error err = { NBK_OK, "" };
	char *running;

	if (!engine->config->config_write || engine->config->check_only || engine->written == sets)
		return;
	running = nbk_apply_running(engine->apply, &err);
	if (running != NULL && nbk_config_write(engine->kea->config_file, running, engine->config->family, engine->log, &err) == 0)
		engine->written = sets;
	free(running);
	/* Kea is being reconfigured: what is put back after that is written. */
	if (err.code == NBK_ESTALE || err.code == NBK_ECANCELED)
		return;
	if (!nbk_health_tell(&engine->health, NBK_HEALTH_FILE, err.text))
		return;
	if (err.code == NBK_OK)
		nbk_log(engine->log, NETBOX_WRITE_WELL_MESSAGE);
	else
		nbk_log(engine->log, NETBOX_WRITE_FAILED_MESSAGE, err.text);
}

/* How many it is that are held changes with each webhook: that is said when it begins, and where a full sync finds another number. */
static void
say_held(struct nbk_engine *engine, const char *held, bool full)
{
	bool new = engine->said_held[0] == '\0' || (full && strcmp(engine->said_held, held) != 0);

	nbk_health_tell(&engine->health, NBK_HEALTH_HELD, held);
	if (*held == '\0' && engine->held)
		nbk_log(engine->log, NETBOX_RELEASED_MESSAGE);
	else if (*held != '\0' && new)
		nbk_log(engine->log, NETBOX_HELD_MESSAGE, held);
	if (*held == '\0' || new)
		snprintf(engine->said_held, sizeof(engine->said_held), "%s", held);
	engine->held = *held != '\0';
}

static void
publish(struct nbk_engine *engine)
{
	struct nbk_apply_report report;

	nbk_apply_report(engine->apply, &report);
	nbk_health_set_counts(&engine->health, report.counts, engine->config->family, report.left_out);
	nbk_health_tell(&engine->health, NBK_HEALTH_LEFT_OUT, report.left_out_first);
	nbk_health_tell(&engine->health, NBK_HEALTH_NOTHING,
	                report.subnets_left_out && report.counts[NBK_SUBNET] == 0 && !engine->config->check_only ?
	                    "no subnet from NetBox is served, and prefixes are left out" : "");
	write_file(engine, report.sets);
}

static int
apply(struct nbk_engine *engine, struct nbk_scope *scope, bool full, struct nbk_error *err)
{
	struct nbk_apply_task task = {
		.config = engine->config,
		.model = &engine->model,
		.scope = scope,
		.full = full,
		.ownership = engine->everything ? engine->config->ownership : NBK_OWN_MARKED,
	};
	struct nbk_apply_report report;
	int kind, result;

	for (kind = 0; kind < NBK_KINDS; kind++)
		scope->all[kind] = engine->everything && engine->known[kind];
	result = nbk_apply_run(engine->apply, &task, err);
	nbk_apply_report(engine->apply, &report);
	if (result == 0)
		say_held(engine, report.held, full);
	publish(engine);
	return result;
}

static void
say_synced(struct nbk_engine *engine, unsigned long requests)
{
	struct nbk_apply_report report;
	char served[128], counts[192], asked[32];

	nbk_apply_report(engine->apply, &report);
	nbk_apply_report_text(&report, engine->config->family, served);
	snprintf(counts, sizeof(counts), "%s; %zu left out%s", served, report.left_out,
	         report.held[0] == '\0' ? "" : "; removals held back");
	snprintf(asked, sizeof(asked), "%lu", requests);
	nbk_log(engine->log, NETBOX_SYNCED_MESSAGE, counts, asked);
}

static void
push_missed(struct nbk_engine *engine)
{
	size_t i;

	for (i = 0; i < engine->missed.count; i++)
		nbk_queue_push(engine->queue, engine->missed.hints[i]);
	nbk_batch_clear(&engine->missed);
}

static void
full_sync(struct nbk_engine *engine, const char *why)
{
	struct nbk_error err = { NBK_OK, "" };
	unsigned long before = engine->netbox == NULL ? 0 : nbk_netbox_requests(engine->netbox);
	struct nbk_scope scope;
	int result;

	nbk_log(engine->log, NETBOX_SYNC_STARTED_MESSAGE, why);
	nbk_scope_init(&scope, true);
	result = load(engine, &err);
	if (result < 0)
		set_netbox(engine, NULL);
	/* Where only hints are to be applied, the model is all that the start is for. */
	if (result == 0 && engine->everything)
		result = apply(engine, &scope, true, &err);
	nbk_scope_clear(&scope);
	nbk_health_set_synced(&engine->health, result == 0);
	if (result < 0) {
		failed(engine, &err);
		return;
	}
	engine->full_due = false;
	push_missed(engine);
	succeeded(engine);
	say_synced(engine, nbk_netbox_requests(engine->netbox) - before);
}

/* Keeps hints that could not be followed. Where all is served, the full sync that comes next covers them; else they come again. */
static void
keep_missed(struct nbk_engine *engine, const struct nbk_batch *batch)
{
	struct nbk_hint *hints;

	engine->full_due = true;
	if (engine->everything)
		return;
	hints = realloc(engine->missed.hints, (engine->missed.count + batch->count) * sizeof(*hints));
	if (hints == NULL) {
		engine->everything = true;
		return;
	}
	memcpy(hints + engine->missed.count, batch->hints, batch->count * sizeof(*hints));
	engine->missed.hints = hints;
	engine->missed.count += batch->count;
}

/* Whether hints were answered from a list that NetBox refused before: the rest of it is missing. */
static bool
is_accepted_again(const struct nbk_engine *engine, const struct nbk_batch *batch, const struct nbk_error refused[NBK_KINDS])
{
	static const enum nbk_hint_type asks[NBK_KINDS] = {
		[NBK_POOL] = NBK_HINT_RANGE,
		[NBK_RESERVATION] = NBK_HINT_ADDRESS,
		[NBK_PD_POOL] = NBK_HINT_PREFIX,
	};
	size_t i;
	int kind;

	for (i = 0; i < batch->count; i++)
		for (kind = NBK_POOL; kind < NBK_KINDS; kind++)
			if (batch->hints[i].type == asks[kind] && !engine->known[kind] && refused[kind].code == NBK_OK)
				return true;
	return false;
}

static void
follow_hints(struct nbk_engine *engine, const struct nbk_batch *batch)
{
	struct nbk_error err = { NBK_OK, "" }, refused[NBK_KINDS] = { 0 };
	struct nbk_scope scope;
	int result = 0;

	nbk_scope_init(&scope, false);
	if (engine->netbox == NULL)
		result = connect_netbox(engine, &err);
	if (result == 0)
		result = nbk_sync_refresh(engine->netbox, &engine->model, batch, &scope, refused, &err);
	if (result == 0 && engine->everything && is_accepted_again(engine, batch, refused)) {
		nbk_scope_clear(&scope);
		keep_missed(engine, batch);
		retry_soon(engine);
		return;
	}
	if (result == 0)
		result = note_refused(engine, refused, false, &err);
	if (result < 0)
		set_netbox(engine, NULL);
	else
		result = apply(engine, &scope, false, &err);
	nbk_scope_clear(&scope);
	if (result < 0) {
		keep_missed(engine, batch);
		failed(engine, &err);
	} else if (engine->full_due) {
		/* NetBox is back, or Kea takes what it refused: no need to wait with the rest. */
		retry_soon(engine);
	} else {
		succeeded(engine);
	}
}

static void
take_batch(struct nbk_engine *engine, const struct nbk_batch *batch)
{
	if (batch->hints[0].type == NBK_HINT_FULL_SYNC) {
		engine->full_due = true;
		engine->everything = true;
		retry_soon(engine);
	} else if (engine->loaded) {
		follow_hints(engine, batch);
	} else {
		/* The full sync that is still to come need not wait: who sends webhooks is awake. */
		keep_missed(engine, batch);
		retry_soon(engine);
	}
}

/* How long the queue may be waited for. */
static long
next_wait(const struct nbk_engine *engine)
{
	int64_t now = now_ms(), next = now + IDLE_MS;

	if (engine->full_due && engine->retry_at < next)
		next = engine->retry_at;
	if (engine->listen_at != 0 && engine->listen_at < next)
		next = engine->listen_at;
	return next <= now ? 0 : (long)(next - now);
}

static bool
is_stopping(struct nbk_engine *engine)
{
	bool stopping;

	pthread_mutex_lock(&engine->lock);
	stopping = engine->stopping;
	pthread_mutex_unlock(&engine->lock);
	return stopping;
}

/* What was served before Kea's configuration was replaced is put back first, without NetBox. */
static void
put_back(struct nbk_engine *engine)
{
	struct nbk_error err = { NBK_OK, "" };

	if (nbk_apply_put_back(engine->apply, engine->config, &err) < 0)
		failed(engine, &err);
	publish(engine);
}

static void
work(struct nbk_engine *engine)
{
	struct nbk_batch batch;
	int taken;

	if (engine->config->listen)
		listen_again(engine);
	put_back(engine);
	/* Kea's configuration is new: what was refused before, or now, NetBox may have put right. */
	engine->retry_at = 0;
	engine->full_due = true;
	while (!is_stopping(engine)) {
		if (engine->full_due && now_ms() >= engine->retry_at)
			full_sync(engine, engine->loaded ? "asked for" : "start");
		taken = nbk_queue_take(engine->queue, engine->config->coalesce_ms, next_wait(engine), &batch);
		if (taken < 0)
			break;
		if (taken > 0) {
			take_batch(engine, &batch);
			nbk_batch_clear(&batch);
		}
		if (engine->listen_at != 0 && now_ms() >= engine->listen_at)
			listen_again(engine);
	}
}

static void *
worker(void *context)
{
	struct nbk_engine *engine = context;

	work(engine);
	nbk_http_server_stop(engine->server);
	engine->server = NULL;
	set_netbox(engine, NULL);
	pthread_mutex_lock(&engine->lock);
	engine->done = true;
	pthread_cond_broadcast(&engine->ended);
	pthread_mutex_unlock(&engine->lock);
	return NULL;
}

static void
init_monotonic(pthread_cond_t *cond)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(cond, &attr);
	pthread_condattr_destroy(&attr);
}

struct nbk_engine *
nbk_engine_new(const struct nbk_log *log, const struct nbk_kea *kea)
{
	struct nbk_engine *engine = calloc(1, sizeof(*engine));

	if (engine == NULL)
		return NULL;
	engine->log = log;
	engine->kea = kea;
	engine->queue = nbk_queue_new(QUEUE_HINTS);
	engine->apply = nbk_apply_new(log, kea);
	nbk_health_init(&engine->health);
	nbk_buf_init(&engine->said, MOST_SAID);
	pthread_mutex_init(&engine->lock, NULL);
	init_monotonic(&engine->ended);
	if (engine->queue != NULL && engine->apply != NULL)
		return engine;
	nbk_engine_free(engine);
	return NULL;
}

void
nbk_engine_free(struct nbk_engine *engine)
{
	if (engine == NULL)
		return;
	nbk_queue_free(engine->queue);
	nbk_apply_free(engine->apply);
	nbk_health_clear(&engine->health);
	nbk_buf_clear(&engine->said);
	pthread_cond_destroy(&engine->ended);
	pthread_mutex_destroy(&engine->lock);
	free(engine);
}

/* Starts the thread with every signal blocked: they are Kea's. */
static int
start_thread(struct nbk_engine *engine)
{
	sigset_t all, before;
	int result;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	result = pthread_create(&engine->thread, NULL, worker, engine);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return result;
}

int
nbk_engine_start(struct nbk_engine *engine, struct nbk_config *config, struct nbk_error *err)
{
	int result, kind;

	engine->config = config;
	nbk_model_init(&engine->model, config);
	engine->loaded = false;
	engine->everything = config->full_sync_at_startup;
	engine->failures = 0;
	engine->retry_at = engine->listen_at = 0;
	engine->unchecked_said = engine->workers_said = false;
	for (kind = 0; kind < NBK_KINDS; kind++)
		engine->known[kind] = true;
	engine->stopping = engine->done = false;
	nbk_health_set_synced(&engine->health, false);
	nbk_buf_clear(&engine->said);
	nbk_health_tell(&engine->health, NBK_HEALTH_SYNC, "");
	nbk_health_tell(&engine->health, NBK_HEALTH_LISTENER, "");
	/* What is held is said again at each start: a reload is how it is released. */
	nbk_health_tell(&engine->health, NBK_HEALTH_HELD, "");
	engine->said_held[0] = '\0';
	nbk_health_tell(&engine->health, NBK_HEALTH_LISTS, "");
	nbk_health_tell(&engine->health, NBK_HEALTH_FILE, "");
	nbk_queue_open(engine->queue);
	result = start_thread(engine);
	engine->running = result == 0;
	if (result == 0)
		return 0;
	nbk_config_free(config);
	engine->config = NULL;
	return nbk_error_set(err, NBK_ENOMEM, "can't start a thread: %s", strerror(result));
}

/* Waits for the worker's last word. */
static bool
wait_ended(struct nbk_engine *engine, unsigned timeout_ms)
{
	struct timespec until;
	bool done;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += timeout_ms / 1000;
	until.tv_nsec += (long)(timeout_ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&engine->lock);
	while (!engine->done && pthread_cond_timedwait(&engine->ended, &engine->lock, &until) != ETIMEDOUT)
		;
	done = engine->done;
	pthread_mutex_unlock(&engine->lock);
	return done;
}

bool
nbk_engine_stop(struct nbk_engine *engine, unsigned timeout_ms)
{
	if (!engine->running)
		return true;
	pthread_mutex_lock(&engine->lock);
	engine->stopping = true;
	if (engine->netbox != NULL)
		nbk_netbox_cancel(engine->netbox);
	pthread_mutex_unlock(&engine->lock);
	nbk_queue_close(engine->queue);
	if (!wait_ended(engine, timeout_ms)) {
		pthread_detach(engine->thread);
		return false;
	}
	pthread_join(engine->thread, NULL);
	engine->running = false;
	nbk_model_clear(&engine->model);
	push_missed(engine);
	/* What was asked of a worker that could not do it yet. */
	if (engine->full_due && engine->everything && !engine->config->full_sync_at_startup)
		nbk_queue_push(engine->queue, (struct nbk_hint){ .type = NBK_HINT_FULL_SYNC });
	nbk_config_free(engine->config);
	engine->config = NULL;
	return true;
}

void
nbk_engine_set_kea(struct nbk_engine *engine, const char *fault)
{
	if (!nbk_health_tell(&engine->health, NBK_HEALTH_KEA, fault == NULL ? "" : fault))
		return;
	if (fault == NULL)
		nbk_log(engine->log, NETBOX_KEA_WELL_MESSAGE);
	else
		nbk_log(engine->log, NETBOX_KEA_FAILED_MESSAGE, fault);
}

void
nbk_engine_set_fault(struct nbk_engine *engine, const char *fault)
{
	nbk_health_tell(&engine->health, NBK_HEALTH_PARAMETERS, fault == NULL ? "" : fault);
}

/* SPDX-License-Identifier: MPL-2.0 */
/* One full sync of the core, with a Kea that takes everything at once: what is left is ours.
 *
 *     measure NETBOX_URL FAMILY
 *
 * prints the requests, the seconds from the first request until all lists are there and until Kea is given the plan's configuration, and
 * the memory in KiB: before, and the most. */
#include "engine.h"
#include "family.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NO_BOUND_MS 600000

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static const struct nbk_family *family;
static bool ended;
static double begun, loaded, planned;
static char requests[32];

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void
end(void)
{
	pthread_mutex_lock(&lock);
	ended = true;
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&lock);
}

static void
note(void *context, enum nbk_message message, const char *const *args, size_t count)
{
	(void)context;
	if (message == NETBOX_SYNC_STARTED_MESSAGE)
		begun = now();
	if (nbk_message_severity(message) > NBK_INFO)
		fprintf(stderr, "%s %s\n", nbk_message_name(message), count == 0 ? "" : args[0]);
	if (message == NETBOX_SYNCED_MESSAGE)
		snprintf(requests, sizeof(requests), "%s", args[1]);
	if (message == NETBOX_SYNCED_MESSAGE || message == NETBOX_FAILED_MESSAGE)
		end();
}

static bool
debugs(void *context)
{
	(void)context;
	return true;
}

static char *
config_get(void *context, uint64_t *serial, struct nbk_error *err)
{
	char *text;

	(void)context;
	*serial = 0;
	if (asprintf(&text, "{\"%s\": {\"%s\": []}}", family->server, family->subnets) < 0) {
		nbk_error_nomem(err);
		return NULL;
	}
	return text;
}

static int
check(void *context, struct nbk_check *checks, size_t count, struct nbk_error *err)
{
	(void)context;
	(void)checks;
	(void)count;
	(void)err;
	/* The first objects are rendered: all lists have been read. */
	if (loaded == 0)
		loaded = now();
	return 0;
}

static int
config_test(void *context, const char *config, struct nbk_error *err)
{
	(void)context;
	(void)config;
	(void)err;
	planned = now();
	return 0;
}

static int
config_set(void *context, const char *next, const char *previous, uint64_t serial, struct nbk_error *err)
{
	(void)context;
	(void)next;
	(void)previous;
	(void)serial;
	(void)err;
	return 0;
}

/* KiB, by its name in /proc/self/status. */
static long
memory(const char *name)
{
	FILE *status = fopen("/proc/self/status", "r");
	char line[256];
	long size = 0;

	while (status != NULL && fgets(line, sizeof(line), status) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			size = strtol(line + strlen(name) + 1, NULL, 10);
	if (status != NULL)
		fclose(status);
	return size;
}

int
main(int argc, char **argv)
{
	const struct nbk_log log = { note, debugs, NULL };
	const struct nbk_kea kea = { .config_get = config_get, .check = check, .config_test = config_test, .config_set = config_set };
	struct nbk_engine *engine = nbk_engine_new(&log, &kea);
	struct nbk_error err = { NBK_OK, "" };
	struct nbk_config *config;
	struct nbk_buf text, faults;
	long before;

	if (argc != 3) {
		fprintf(stderr, "usage: measure NETBOX_URL FAMILY\n");
		return 2;
	}
	family = nbk_family((uint8_t)strtoul(argv[2], NULL, 10));
	nbk_buf_init(&text, 4096);
	nbk_buf_init(&faults, 4096);
	nbk_buf_addf(&text, "{\"netbox-url\": \"%s\", \"listen\": false}", argv[1]);
	config = nbk_config_parse(nbk_buf_text(&text), family->number, &faults);
	before = memory("VmRSS");
	if (config == NULL || nbk_engine_start(engine, config, &err) < 0) {
		fprintf(stderr, "measure: %s%s\n", nbk_buf_text(&faults), err.text);
		return 2;
	}
	pthread_mutex_lock(&lock);
	while (!ended)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
	printf("requests=%s loaded=%.4f planned=%.4f before=%ld most=%ld\n", requests, loaded - begun, planned - begun, before, memory("VmHWM"));
	nbk_engine_stop(engine, NO_BOUND_MS);
	nbk_engine_free(engine);
	nbk_buf_clear(&text);
	nbk_buf_clear(&faults);
	return requests[0] == '\0';
}

/* SPDX-License-Identifier: MPL-2.0 */
#include "netbox_script.h"

#include "support.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JSON_TYPE "Content-Type: application/json\r\n"
#define MOST_TEXTS 128

static const char *const lists[] = { PREFIXES, RANGES, ADDRESSES, MACS, INTERFACES, VM_INTERFACES };
static bool scripted[sizeof(lists) / sizeof(lists[0])];
static char *texts[MOST_TEXTS]; /* paths and bodies, which the server borrows */
static size_t text_count;

static const char *
keep(char *text)
{
	ck_assert_uint_lt(text_count, MOST_TEXTS);
	return texts[text_count++] = text;
}

static void
note_scripted(const char *path)
{
	size_t i, length = strcspn(path, "?");

	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		scripted[i] = scripted[i] || (strlen(lists[i]) == length && strncmp(lists[i], path, length) == 0);
}

struct loopback *
netbox_start(const char *version)
{
	struct loopback *server = loopback_start();
	char *body;

	ck_assert_int_gt(asprintf(&body, "{\"netbox-version\": \"%s\", \"rq-workers-running\": 1}", version), 0);
	loopback_script(server, "/api/status/", (struct loopback_answer){ .headers = JSON_TYPE, .body = keep(body) });
	return server;
}

void
netbox_page(struct loopback *server, const char *path, const char *rows, bool last)
{
	char *body;

	note_scripted(path);
	ck_assert_int_gt(asprintf(&body, "{\"count\": 1, \"next\": %s, \"previous\": null, \"results\": [%s]}",
	                          last ? "null" : "\"http://elsewhere.example/\"", rows), 0);
	loopback_script(server, keep(strdup(path)), (struct loopback_answer){ .headers = JSON_TYPE, .body = keep(body) });
}

void
netbox_rows(struct loopback *server, const char *path, const char *rows)
{
	netbox_page(server, path, rows, true);
}

void
netbox_rest_is_empty(struct loopback *server)
{
	size_t i;

	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (!scripted[i])
			netbox_rows(server, lists[i], "");
}

void
netbox_status(struct loopback *server, const char *path, int status, const char *body)
{
	note_scripted(path);
	loopback_script(server, path, (struct loopback_answer){ .status = status, .headers = JSON_TYPE, .body = body });
}

void
netbox_stop(struct loopback *server)
{
	loopback_stop(server);
	memset(scripted, 0, sizeof(scripted));
	while (text_count > 0)
		free(texts[--text_count]);
}

struct nbk_config *
netbox_config(const struct loopback *server, const char *parameters)
{
	return netbox_config_of(4, server, parameters);
}

struct nbk_config *
netbox_config_of(uint8_t family, const struct loopback *server, const char *parameters)
{
	char *url = loopback_url(server, ""), *text;
	struct nbk_config *config;
	struct nbk_buf faults;

	nbk_buf_init(&faults, 4096);
	ck_assert_int_gt(asprintf(&text, "{'netbox-url': '%s'%s%s}", url, *parameters == '\0' ? "" : ", ", parameters), 0);
	config = nbk_config_parse(text, family, &faults);
	ck_assert_msg(config != NULL, "%s", nbk_buf_text(&faults));
	free(text);
	free(url);
	return config;
}

unsigned
netbox_asked(struct loopback *server, const char *part)
{
	char *heads = loopback_heads(server), *rest = heads, *line;
	unsigned count = 0;

	while ((line = strsep(&rest, "\n")) != NULL)
		count += strncmp(line, "GET ", 4) == 0 && strstr(line, part) != NULL;
	free(heads);
	return count;
}

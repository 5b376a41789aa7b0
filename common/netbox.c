/* SPDX-License-Identifier: MPL-2.0 */
#include "netbox.h"

#include "file.h"
#include "http_client.h"
#include "json.h"
#include "page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_ROWS 1000 /* NetBox's own bound (MAX_PAGE_SIZE) */
#define PAGE_ROWS_LEAST 50
#define MAX_ANSWER ((size_t)64 << 20)
#define CONNECT_TIMEOUT_MS 10000
#define STALL_TIMEOUT_MS 60000
#define TOTAL_TIMEOUT_MS 300000

struct nbk_netbox {
	const struct nbk_config *config;
	const struct nbk_log *log;
	struct nbk_http *http;
	char *authorization; /* value of the header, NULL: none */
	unsigned version[2];
	unsigned page_rows;
	struct nbk_error *err; /* of the call under way */
};

void
nbk_list_clear(struct nbk_list *list)
{
	free(list->query);
	list->query = NULL;
}

/* New: the value of the header Authorization; NULL with no error: there is no token. Version 2 tokens came with 4.5. */
static char *
authorization(const struct nbk_config *config, struct nbk_error *err)
{
	char *token = NULL, *value = NULL;

	if (config->netbox_token_file != NULL)
		token = nbk_file_secret(config->netbox_token_file, "netbox-token-file", err);
	else if (config->netbox_token != NULL && (token = strdup(config->netbox_token)) == NULL)
		nbk_error_nomem(err);
	if (token != NULL && asprintf(&value, "%s %s", strncmp(token, "nbt_", 4) == 0 ? "Bearer" : "Token", token) < 0) {
		value = NULL;
		nbk_error_nomem(err);
	}
	free(token);
	return value;
}

struct nbk_netbox *
nbk_netbox_new(const struct nbk_config *config, const struct nbk_log *log, struct nbk_error *err)
{
	struct nbk_error fault = { NBK_OK, "" };
	struct nbk_netbox *netbox = calloc(1, sizeof(*netbox));
	struct nbk_http_options options = {
		.ca_file = config->netbox_ca_file,
		.verify_tls = config->netbox_verify_tls,
		.max_body = MAX_ANSWER,
		.connect_timeout_ms = CONNECT_TIMEOUT_MS,
		.stall_timeout_ms = STALL_TIMEOUT_MS,
		.total_timeout_ms = TOTAL_TIMEOUT_MS,
	};

	if (netbox == NULL) {
		nbk_error_nomem(err);
		return NULL;
	}
	netbox->config = config;
	netbox->log = log;
	netbox->page_rows = PAGE_ROWS;
	netbox->authorization = authorization(config, &fault);
	options.authorization = netbox->authorization;
	if (fault.code == NBK_OK)
		netbox->http = nbk_http_new(&options, &fault);
	if (netbox->http != NULL)
		return netbox;
	nbk_error_set(err, fault.code, "%s", fault.text);
	nbk_netbox_free(netbox);
	return NULL;
}

void
nbk_netbox_free(struct nbk_netbox *netbox)
{
	if (netbox == NULL)
		return;
	nbk_http_free(netbox->http);
	free(netbox->authorization);
	free(netbox);
}

void
nbk_netbox_cancel(struct nbk_netbox *netbox)
{
	nbk_http_cancel(netbox->http);
}

unsigned long
nbk_netbox_requests(const struct nbk_netbox *netbox)
{
	return nbk_http_requests(netbox->http);
}

bool
nbk_netbox_since(const struct nbk_netbox *netbox, unsigned major, unsigned minor)
{
	return netbox->version[0] > major || (netbox->version[0] == major && netbox->version[1] >= minor);
}

/* The first words of what NetBox says about a refusal. A page that shows our own request is not quoted: the token is in it. */
static void
detail(const struct nbk_netbox *netbox, const struct nbk_http_answer *answer, char text[160])
{
	size_t i, length = answer->body.length < 150 ? answer->body.length : 150;
	const char *token = netbox->authorization == NULL ? NULL : strchr(netbox->authorization, ' ') + 1;

	text[0] = '\0';
	if (strstr(answer->content_type, "json") == NULL || (token != NULL && strstr(nbk_buf_text(&answer->body), token) != NULL))
		return;
	for (i = 0; i < length; i++)
		text[i] = (unsigned char)answer->body.text[i] < 0x20 ? ' ' : answer->body.text[i];
	text[length] = '\0';
}

/* An answer that is not 200, by its class. */
static int
fail_status(const struct nbk_netbox *netbox, const struct nbk_http_answer *answer, struct nbk_error *err)
{
	char said[160];

	detail(netbox, answer, said);
	/* In front of NetBox others say 400, too: to what they think is no request. */
	if (answer->status == 400 && strstr(answer->content_type, "json") != NULL)
		return nbk_error_set(err, NBK_EREFUSED, "%s: NetBox refused the query (400): %s", answer->shown, said);
	if (answer->status == 401 || answer->status == 403)
		return nbk_error_set(err, NBK_EDENIED, "%s: NetBox denied it (%d): %s: check the token and its permission to view", answer->shown,
		                     answer->status, said);
	if (answer->status >= 300 && answer->status < 400)
		return nbk_error_set(err, NBK_ETEMP, "%s: redirected (%d), which is not followed: set netbox-url to where NetBox is",
		                     answer->shown, answer->status);
	if (answer->status == 404)
		return nbk_error_set(err, NBK_ETEMP, "%s: not found (404): is netbox-url NetBox's address?", answer->shown);
	return nbk_error_set(err, NBK_ETEMP, "%s: NetBox answered %d %s", answer->shown, answer->status, said);
}

/* Whether there is an answer to be read. */
static int
check_answer(const struct nbk_netbox *netbox, const struct nbk_http_answer *answer, struct nbk_error *err)
{
	char status[16];

	snprintf(status, sizeof(status), "%d", answer->status);
	nbk_log(netbox->log, NETBOX_REQUEST_MESSAGE, answer->url, answer->status == 0 ? answer->error.text : status);
	if (answer->status == 0)
		return nbk_error_set(err, answer->error.code, "%s", answer->error.text);
	return answer->status == 200 ? 0 : fail_status(netbox, answer, err);
}

struct greeting {
	struct nbk_netbox *netbox;
	int *workers;
};

static int
greeted(void *context, struct nbk_http_answer *answer)
{
	struct greeting *greeting = context;
	struct nbk_netbox *netbox = greeting->netbox;
	struct json_object *json, *workers;
	const char *version;
	int result = 0;

	if (check_answer(netbox, answer, netbox->err) < 0)
		return -1;
	json = nbk_json_parse(nbk_buf_text(&answer->body), answer->body.length, false, answer->shown, netbox->err);
	if (json == NULL)
		return -1;
	version = nbk_json_string(json, "netbox-version");
	if (version == NULL || sscanf(version, "%u.%u", &netbox->version[0], &netbox->version[1]) != 2)
		result = nbk_error_set(netbox->err, NBK_ETEMP, "%s: not an answer of NetBox's: no netbox-version in it", answer->shown);
	workers = nbk_json_member(json, "rq-workers-running");
	if (workers != NULL)
		*greeting->workers = json_object_get_int(workers);
	json_object_put(json);
	return result;
}

int
nbk_netbox_greet(struct nbk_netbox *netbox, int *workers, struct nbk_error *err)
{
	struct greeting greeting = { netbox, workers };
	struct nbk_buf url;
	int result;

	*workers = -1;
	netbox->err = err;
	nbk_buf_init(&url, 4096);
	nbk_buf_addf(&url, "%s/api/status/", netbox->config->netbox_url);
	result = nbk_http_get(netbox->http, nbk_buf_text(&url), NULL, err);
	nbk_buf_clear(&url);
	return result < 0 ? -1 : nbk_http_run(netbox->http, greeted, &greeting, err);
}

/* Asks for the page behind the last row. Ids page right on every version; the order that lists have by themselves, offsets and the
 * link in `next` (it is built from the request's headers, and may name another host) do not. */
static int
ask_page(struct nbk_netbox *netbox, struct nbk_list *list)
{
	struct nbk_buf url;
	int result;

	nbk_buf_init(&url, 65536);
	nbk_buf_addf(&url, "%s/api/%s/?", netbox->config->netbox_url, list->path);
	if (list->query != NULL)
		nbk_buf_addf(&url, "%s&", list->query);
	if (list->filter != NULL && list->filter->query[0] != '\0')
		nbk_buf_addf(&url, "%s&", list->filter->query);
	if (list->by_family)
		nbk_buf_addf(&url, "family=%u&", netbox->config->family->number);
	if (list->fields != NULL && nbk_netbox_since(netbox, 4, 0))
		nbk_buf_addf(&url, "fields=%s&", list->fields);
	if (list->last_id > 0)
		nbk_buf_addf(&url, "id__gt=%lld&", (long long)list->last_id);
	nbk_buf_addf(&url, "ordering=id&limit=%u", netbox->page_rows);
	result = url.failed ? nbk_error_nomem(netbox->err) : nbk_http_get(netbox->http, nbk_buf_text(&url), list, netbox->err);
	nbk_buf_clear(&url);
	return result;
}

/* One row, which must be behind the one before, or the paging would never end. */
static int
take_row(struct nbk_list *list, struct json_object *row, int64_t *behind, struct nbk_error *err)
{
	int64_t id = nbk_json_positive(row, "id");

	if (id <= *behind)
		return nbk_error_set(err, NBK_ETEMP, "not an answer of NetBox's: rows without ids or not in their order");
	*behind = id;
	if (list->lenient && nbk_filter_check(list->filter, row, NULL) < 0)
		return 0;
	if (nbk_filter_check(list->filter, row, err) < 0 || list->row(list->context, row, err) < 0)
		return -1;
	list->rows++;
	return 0;
}

static int
take_rows(struct nbk_list *list, const struct nbk_page *page, int64_t behind, struct nbk_error *err)
{
	int result = 0;
	size_t i;

	for (i = 0; i < page->count && result == 0; i++) {
		struct nbk_error fault = { NBK_OK, "" };
		struct json_object *row = nbk_page_row(page, i, err);

		if (row == NULL)
			return -1;
		if (take_row(list, row, &behind, &fault) < 0)
			result = nbk_error_set(err, fault.code, "%s: %s", page->what, fault.text);
		json_object_put(row);
	}
	return result;
}

/* Asks for the next page: it is under way while the rows of this one are read. */
static int
ask_next(struct nbk_netbox *netbox, struct nbk_list *list, const struct nbk_page *page)
{
	struct json_object *last = nbk_page_row(page, page->count - 1, netbox->err);

	if (last == NULL)
		return -1;
	list->last_id = nbk_json_positive(last, "id");
	json_object_put(last);
	return ask_page(netbox, list);
}

static int
take_page(struct nbk_netbox *netbox, struct nbk_list *list, const struct nbk_page *page)
{
	int64_t behind = list->last_id;
	struct json_object *results = nbk_json_member(page->rest, "results"), *next;

	/* Rows that are still there are none that the page has found. */
	if (!json_object_is_type(results, json_type_array) || json_object_array_length(results) > 0 ||
	    !json_object_object_get_ex(page->rest, "next", &next))
		return nbk_error_set(netbox->err, NBK_ETEMP, "%s: not an answer of NetBox's: no list in it", page->what);
	if (next != NULL && page->count > 0 && ask_next(netbox, list, page) < 0)
		return -1;
	return take_rows(list, page, behind, netbox->err);
}

static int
page_came(void *context, struct nbk_http_answer *answer)
{
	struct nbk_netbox *netbox = context;
	struct nbk_list *list = answer->cookie;
	struct nbk_error fault = { NBK_OK, "" };
	struct nbk_page page;
	int result;

	if (check_answer(netbox, answer, &fault) == 0 &&
	    nbk_page_init(&page, nbk_buf_text(&answer->body), answer->body.length, answer->shown, &fault) == 0) {
		result = take_page(netbox, list, &page);
		nbk_page_clear(&page);
		return result;
	}
	if (fault.code == NBK_EREFUSED) {
		list->refused = fault;
		return 0;
	}
	if (fault.code == NBK_ETIMEOUT && netbox->page_rows > PAGE_ROWS_LEAST) {
		netbox->page_rows /= 2;
		return ask_page(netbox, list);
	}
	return nbk_error_set(netbox->err, fault.code, "%s", fault.text);
}

int
nbk_netbox_read(struct nbk_netbox *netbox, struct nbk_list *lists, size_t count, struct nbk_error *err)
{
	struct nbk_error ours = { NBK_OK, "" };
	int result = 0;
	size_t i;

	netbox->err = &ours;
	for (i = 0; i < count && result == 0; i++) {
		lists[i].last_id = 0;
		lists[i].rows = 0;
		nbk_error_clear(&lists[i].refused);
		result = ask_page(netbox, &lists[i]);
	}
	/* Run even where one could not be asked for, so that none is left under way. */
	if (nbk_http_run(netbox->http, page_came, netbox, &ours) < 0)
		result = -1;
	netbox->err = NULL;
	return result < 0 ? nbk_error_set(err, ours.code, "%s", ours.text) : 0;
}

/* SPDX-License-Identifier: MPL-2.0 */
#include "netbox.h"
#include "http_client.h"
#include "netbox_script.h"
#include "suites.h"
#include "support.h"

#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct loopback *server;
static struct nbk_config *config;
static struct nbk_netbox *netbox;
static struct nbk_error err;
static char ids[4096]; /* of the rows that came */

static void
start_with(const char *version, const char *parameters)
{
	server = netbox_start(version);
	config = netbox_config(server, parameters);
	netbox = nbk_netbox_new(config, said_log(), &err);
	ck_assert_msg(netbox != NULL, "%s", err.text);
}

static void
stop(void)
{
	nbk_netbox_free(netbox);
	nbk_config_free(config);
	netbox_stop(server);
	said_forget();
	nbk_error_clear(&err);
}

static void
greet(void)
{
	int workers;

	ck_assert_msg(nbk_netbox_greet(netbox, &workers, &err) == 0, "%s", err.text);
	ck_assert_int_eq(workers, 1);
}

/* The linker hands the core's call to this one (-Wl,--wrap). */
static unsigned stall_timeout_ms; /* 0: as the core says */

struct nbk_http *__real_nbk_http_new(const struct nbk_http_options *options, struct nbk_error *fault);
struct nbk_http *__wrap_nbk_http_new(const struct nbk_http_options *options, struct nbk_error *fault);
struct nbk_http *
__wrap_nbk_http_new(const struct nbk_http_options *options, struct nbk_error *fault)
{
	struct nbk_http_options sooner = *options;

	if (stall_timeout_ms != 0)
		sooner.stall_timeout_ms = stall_timeout_ms;
	return __real_nbk_http_new(&sooner, fault);
}

static int
take_row(void *context, struct json_object *row, struct nbk_error *fault)
{
	size_t length = strlen(ids);

	(void)context;
	(void)fault;
	snprintf(ids + length, sizeof(ids) - length, "%s ", json_object_get_string(json_object_object_get(row, "id")));
	return 0;
}

static struct nbk_list
list_of(const char *path)
{
	return (struct nbk_list){ .path = path, .fields = "id,prefix", .row = take_row, .filter = &config->filters[NBK_SUBNET] };
}

static int
read_list(struct nbk_list *list)
{
	nbk_error_clear(&err);
	ids[0] = '\0';
	return nbk_netbox_read(netbox, list, 1, &err);
}

static void
assert_read_fails(enum nbk_errc code, const char *part)
{
	struct nbk_list list = list_of("ipam/prefixes");

	ck_assert_int_eq(read_list(&list), -1);
	ck_assert_msg(err.code == code, "%d: %s", err.code, err.text);
	assert_has(err.text, part);
}

#define ON "'custom_fields': {'dhcp_enabled': true}"

START_TEST(test_greet_learns_the_version)
{
	start_with("4.7.3-Docker-3.0", "");
	greet();
	ck_assert(nbk_netbox_since(netbox, 4, 7));
	ck_assert(nbk_netbox_since(netbox, 3, 9));
	ck_assert(!nbk_netbox_since(netbox, 4, 8));
	ck_assert(!nbk_netbox_since(netbox, 5, 0));
}
END_TEST

static void
assert_greet_fails(int status, const char *body, enum nbk_errc code)
{
	int workers;

	server = loopback_start();
	netbox_status(server, "/api/status/", status, body);
	config = netbox_config(server, "");
	netbox = nbk_netbox_new(config, said_log(), &err);
	nbk_error_clear(&err);
	ck_assert_int_eq(nbk_netbox_greet(netbox, &workers, &err), -1);
	ck_assert_msg(err.code == code, "%s", err.text);
	ck_assert_int_gt(strlen(err.text), 0);
	stop();
}

START_TEST(test_greet_refuses_what_is_not_netbox)
{
	assert_greet_fails(200, "<html>", NBK_ETEMP);
	assert_greet_fails(200, "{}", NBK_ETEMP);
	assert_greet_fails(200, "null", NBK_ETEMP);
	assert_greet_fails(200, "{\"netbox-version\": \"new\"}", NBK_ETEMP);
	assert_greet_fails(404, "", NBK_ETEMP);
	assert_greet_fails(403, "{\"detail\": \"Invalid token\"}", NBK_EDENIED);
	assert_greet_fails(301, "", NBK_ETEMP);
	server = netbox_start("4.7.0");
	config = netbox_config(server, "");
	netbox = nbk_netbox_new(config, said_log(), &err);
}
END_TEST

START_TEST(test_pages_are_read_by_id)
{
	struct nbk_list list;

	start_with("4.7.3", "");
	list = list_of("ipam/prefixes");
	netbox_page(server, PREFIXES, "{'id': 3, " ON "}, {'id': 8, " ON "}", false);
	netbox_page(server, PREFIXES, "{'id': 9, " ON "}", false);
	netbox_page(server, PREFIXES, "", true);
	greet();
	ck_assert_msg(read_list(&list) == 0, "%s", err.text);
	ck_assert_str_eq(ids, "3 8 9 ");
	ck_assert_uint_eq(list.rows, 3);
	ck_assert_uint_eq(netbox_asked(server, "/api/ipam/prefixes/?cf_dhcp_enabled=true&fields=id,prefix&ordering=id&limit=1000"), 1);
	ck_assert_uint_eq(netbox_asked(server, "id__gt=8&ordering=id"), 1);
	ck_assert_uint_eq(netbox_asked(server, "id__gt=9&ordering=id"), 1);
	ck_assert_uint_eq(nbk_netbox_requests(netbox), 4);
}
END_TEST

START_TEST(test_last_page_by_null_and_by_emptiness)
{
	struct nbk_list list;

	start_with("4.7.3", "");
	list = list_of("ipam/prefixes");
	netbox_page(server, PREFIXES, "{'id': 3, " ON "}", true);
	netbox_page(server, PREFIXES, "", false);
	greet();
	ck_assert_int_eq(read_list(&list), 0);
	ck_assert_uint_eq(netbox_asked(server, PREFIXES), 1);
	ck_assert_int_eq(read_list(&list), 0);
	ck_assert_uint_eq(netbox_asked(server, PREFIXES), 2);
}
END_TEST

START_TEST(test_fields_are_asked_for_from_4_0_on)
{
	struct nbk_list list;

	start_with("3.7.8", "");
	list = list_of("ipam/prefixes");
	list.by_family = true;
	netbox_rest_is_empty(server);
	greet();
	ck_assert_int_eq(read_list(&list), 0);
	ck_assert_uint_eq(netbox_asked(server, "fields="), 0);
	ck_assert_uint_eq(netbox_asked(server, "family=4"), 1);
}
END_TEST

START_TEST(test_ids_that_do_not_grow_are_not_netbox_s)
{
	start_with("4.7.3", "");
	netbox_page(server, PREFIXES, "{'id': 3, " ON "}, {'id': 3, " ON "}", false);
	greet();
	assert_read_fails(NBK_ETEMP, "not in their order");
}
END_TEST

START_TEST(test_a_page_that_comes_again_ends_the_reading)
{
	start_with("4.7.3", "");
	netbox_page(server, PREFIXES, "{'id': 3, " ON "}", false);
	greet();
	assert_read_fails(NBK_ETEMP, "not in their order");
	ck_assert_uint_eq(netbox_asked(server, PREFIXES), 2);
}
END_TEST

START_TEST(test_what_is_no_list_is_not_netbox_s)
{
	static const char *const bodies[] = { "{}", "[]", "null", "{\"results\": []}", "{\"next\": null, \"results\": {}}",
		                              "{\"next\": null, \"results\": [", "<html>login</html>",
		                              "{\"next\": null, \"results\": [{\"name\": 1}]}" };
	size_t i;

	start_with("4.7.3", "");
	for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		netbox_status(server, PREFIXES, 200, bodies[i]);
	greet();
	for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		assert_read_fails(NBK_ETEMP, PREFIXES);
}
END_TEST

START_TEST(test_each_refusal_has_its_class)
{
	start_with("4.7.3", "");
	netbox_status(server, PREFIXES, 403, "{\"detail\": \"Invalid token.\"}");
	netbox_status(server, PREFIXES, 401, "{}");
	netbox_status(server, PREFIXES, 500, "{\"error\": \"boom\"}");
	netbox_status(server, PREFIXES, 502, "<html>");
	netbox_status(server, PREFIXES, 429, "");
	netbox_status(server, PREFIXES, 302, "");
	netbox_status(server, PREFIXES, 404, "");
	greet();
	assert_read_fails(NBK_EDENIED, "Invalid token.");
	assert_read_fails(NBK_EDENIED, "401");
	assert_read_fails(NBK_ETEMP, "boom");
	assert_read_fails(NBK_ETEMP, "502");
	assert_read_fails(NBK_ETEMP, "429");
	assert_read_fails(NBK_ETEMP, "redirected");
	assert_read_fails(NBK_ETEMP, "netbox-url");
}
END_TEST

START_TEST(test_a_list_that_is_refused_does_not_stop_the_others)
{
	struct nbk_list lists[2];

	start_with("4.7.3", "");
	lists[0] = list_of("ipam/prefixes");
	lists[1] = list_of("ipam/ip-ranges");
	netbox_rows(server, PREFIXES, "{'id': 3, " ON "}");
	netbox_status(server, RANGES, 400, "{\"status\": [\"Select a valid choice. dhcp is not one.\"]}");
	greet();
	ck_assert_msg(nbk_netbox_read(netbox, lists, 2, &err) == 0, "%s", err.text);
	ck_assert_int_eq(lists[0].refused.code, NBK_OK);
	ck_assert_uint_eq(lists[0].rows, 1);
	ck_assert_int_eq(lists[1].refused.code, NBK_EREFUSED);
	assert_has(lists[1].refused.text, "dhcp is not one");
}
END_TEST

START_TEST(test_filter_that_netbox_ignores_takes_nothing)
{
	start_with("4.7.3", "");
	netbox_rows(server, PREFIXES, "{'id': 3, 'custom_fields': {'dhcp_enabled': false}}");
	greet();
	assert_read_fails(NBK_EREFUSED, "cf_dhcp_enabled");
}
END_TEST

START_TEST(test_custom_field_that_netbox_does_not_have_is_named)
{
	start_with("4.7.3", "");
	netbox_rows(server, PREFIXES, "{'id': 3, 'custom_fields': {}}");
	greet();
	assert_read_fails(NBK_EREFUSED, "no custom field \"dhcp_enabled\"");
}
END_TEST

START_TEST(test_connection_that_breaks_is_tried_later)
{
	start_with("4.7.3", "");
	loopback_script(server, PREFIXES, (struct loopback_answer){ .body = "{\"next\": null, \"results\": []}", .cut = 5,
	                                                            .end = LOOPBACK_CLOSE });
	loopback_script(server, PREFIXES, (struct loopback_answer){ .raw = "x", .cut = 1, .end = LOOPBACK_RESET });
	greet();
	assert_read_fails(NBK_ETEMP, PREFIXES);
	assert_read_fails(NBK_ETEMP, PREFIXES);
}
END_TEST

START_TEST(test_page_that_is_too_slow_is_asked_for_smaller)
{
	struct nbk_list list;

	stall_timeout_ms = 1000;
	start_with("4.7.3", "");
	list = list_of("ipam/prefixes");
	loopback_script(server, PREFIXES, (struct loopback_answer){ .body = "{}", .hold = true });
	netbox_rows(server, PREFIXES, "{'id': 3, " ON "}");
	greet();
	ck_assert_msg(read_list(&list) == 0, "%s", err.text);
	ck_assert_str_eq(ids, "3 ");
	ck_assert_uint_eq(netbox_asked(server, "limit=1000"), 1);
	ck_assert_uint_ge(netbox_asked(server, "limit=500"), 1);
}
END_TEST

START_TEST(test_page_that_is_always_too_slow_is_tried_later)
{
	stall_timeout_ms = 50;
	start_with("4.7.3", "");
	loopback_script(server, PREFIXES, (struct loopback_answer){ .body = "{}", .hold = true });
	assert_read_fails(NBK_ETIMEOUT, PREFIXES);
	ck_assert_uint_eq(netbox_asked(server, PREFIXES), 6);
}
END_TEST

static void *
cancel_when_asked(void *context)
{
	(void)context;
	loopback_wait(server, 2);
	nbk_netbox_cancel(netbox);
	return NULL;
}

START_TEST(test_cancel_ends_what_is_under_way)
{
	pthread_t thread;

	start_with("4.7.3", "");
	loopback_script(server, PREFIXES, (struct loopback_answer){ .body = "{}", .hold = true });
	greet();
	ck_assert_int_eq(pthread_create(&thread, NULL, cancel_when_asked, NULL), 0);
	assert_read_fails(NBK_ECANCELED, "");
	pthread_join(thread, NULL);
}
END_TEST

/* The first line of the header with the token. */
static void
assert_authorization(const char *parameters, const char *header)
{
	char *heads;

	start_with("4.7.3", parameters);
	greet();
	heads = loopback_heads(server);
	assert_has(heads, header);
	free(heads);
	stop();
}

START_TEST(test_token_by_its_kind)
{
	char path[] = "/tmp/nbk-token-XXXXXX", parameters[128];
	int fd = mkstemp(path);

	ck_assert_int_eq(write(fd, "0123456789abcdef\n", 17), 17);
	close(fd);
	snprintf(parameters, sizeof(parameters), "'netbox-token-file': '%s'", path);
	assert_authorization(parameters, "\r\nAuthorization: Token 0123456789abcdef\r\n");
	unlink(path);
	assert_authorization("'netbox-token': 'nbt_abc.def'", "\r\nAuthorization: Bearer nbt_abc.def\r\n");
	server = netbox_start("4.7.3");
	config = netbox_config(server, "'netbox-token-file': '/nonexistent'");
	netbox = nbk_netbox_new(config, said_log(), &err);
	ck_assert_ptr_null(netbox);
	ck_assert_int_eq(err.code, NBK_ETEMP);
}
END_TEST

START_TEST(test_no_token_is_logged)
{
	char *lines;

	start_with("4.7.3", "'netbox-token': 'nbt_abc.hunter2'");
	netbox_status(server, PREFIXES, 403, "{\"detail\": \"no\"}");
	greet();
	assert_read_fails(NBK_EDENIED, "denied");
	assert_lacks(err.text, "hunter2");
	lines = said_all();
	assert_has(lines, "NETBOX_REQUEST");
	assert_lacks(lines, "hunter2");
	free(lines);
}
END_TEST

Suite *
suite_netbox(void)
{
	Suite *suite = suite_create("netbox");
	TCase *tcase = tcase_create("netbox");

	tcase_set_timeout(tcase, 600);
	tcase_add_checked_fixture(tcase, NULL, stop);
	tcase_add_test(tcase, test_greet_learns_the_version);
	tcase_add_test(tcase, test_greet_refuses_what_is_not_netbox);
	tcase_add_test(tcase, test_pages_are_read_by_id);
	tcase_add_test(tcase, test_last_page_by_null_and_by_emptiness);
	tcase_add_test(tcase, test_fields_are_asked_for_from_4_0_on);
	tcase_add_test(tcase, test_ids_that_do_not_grow_are_not_netbox_s);
	tcase_add_test(tcase, test_a_page_that_comes_again_ends_the_reading);
	tcase_add_test(tcase, test_what_is_no_list_is_not_netbox_s);
	tcase_add_test(tcase, test_each_refusal_has_its_class);
	tcase_add_test(tcase, test_a_list_that_is_refused_does_not_stop_the_others);
	tcase_add_test(tcase, test_filter_that_netbox_ignores_takes_nothing);
	tcase_add_test(tcase, test_custom_field_that_netbox_does_not_have_is_named);
	tcase_add_test(tcase, test_connection_that_breaks_is_tried_later);
	tcase_add_test(tcase, test_page_that_is_too_slow_is_asked_for_smaller);
	tcase_add_test(tcase, test_page_that_is_always_too_slow_is_tried_later);
	tcase_add_test(tcase, test_cancel_ends_what_is_under_way);
	tcase_add_test(tcase, test_token_by_its_kind);
	tcase_add_test(tcase, test_no_token_is_logged);
	suite_add_tcase(suite, tcase);
	return suite;
}

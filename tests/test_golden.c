/* SPDX-License-Identifier: MPL-2.0 */
/* Every folder of golden/ is a case; golden/README.md says what is in it. */
#include "apply.h"
#include "fake_kea.h"
#include "netbox_script.h"
#include "suites.h"
#include "support.h"
#include "sync.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GOLDEN TESTS_DIR "/golden"

static struct dirent **cases;
static int case_count;

/* New: a file of the case; NULL: there is none. */
static char *
read_file(const char *name, const char *file)
{
	struct nbk_buf text;
	char path[1024], bytes[4096];
	size_t n;
	FILE *in;

	snprintf(path, sizeof(path), GOLDEN "/%s/%s", name, file);
	in = fopen(path, "re");
	if (in == NULL)
		return NULL;
	nbk_buf_init(&text, NBK_BUF_UNBOUND);
	while ((n = fread(bytes, 1, sizeof(bytes), in)) > 0)
		nbk_buf_add(&text, bytes, n);
	fclose(in);
	return nbk_buf_take(&text);
}

static struct json_object *
read_json(const char *name, const char *file, const char *otherwise)
{
	char *text = read_file(name, file);
	struct json_object *object;

	ck_assert_msg(text != NULL || otherwise != NULL, "%s has no %s", name, file);
	object = json(text == NULL ? otherwise : text);
	free(text);
	return object;
}

/* Rows as a body wants them: without the brackets of their list. */
static void
script_list(struct loopback *server, const char *name, struct json_object *rows)
{
	char *path, *text = strdup(json_object_to_json_string(rows));

	ck_assert_int_gt(asprintf(&path, "/api/%s/", name), 0);
	text[strlen(text) - 1] = '\0';
	netbox_rows(server, path, text + 1);
	free(path);
	free(text);
}

static struct loopback *
start_netbox(struct json_object *netbox)
{
	struct loopback *server = NULL;

	json_object_object_foreach(netbox, key, value) {
		if (strcmp(key, "version") == 0)
			server = netbox_start(json_object_get_string(value));
		else
			script_list(server, key, value);
	}
	netbox_rest_is_empty(server);
	return server;
}

static struct nbk_config *
read_parameters(const struct loopback *server, const char *name, uint8_t family)
{
	char *text = read_file(name, "parameters.json"), *members = text == NULL ? NULL : strchr(text, '{');
	struct nbk_config *config;

	/* The members alone: netbox-url comes before them. */
	if (members != NULL)
		*strrchr(++members, '}') = '\0';
	if (members != NULL && members[strspn(members, " \n")] == '\0')
		members = NULL;
	config = netbox_config_of(family, server, members == NULL ? "" : members);
	free(text);
	return config;
}

static void
sync_twice(const char *name, struct nbk_config *config, struct fake_kea *kea)
{
	struct nbk_error err = { NBK_OK, "" }, refused[NBK_KINDS] = { 0 };
	struct nbk_netbox *netbox = nbk_netbox_new(config, said_log(), &err);
	struct nbk_apply *apply = nbk_apply_new(said_log(), &kea->kea);
	struct nbk_scope scope;
	struct nbk_model model;
	struct nbk_apply_task task = { config, &model, &scope, true, config->ownership };
	int workers, times;
	unsigned sets = 0;

	nbk_scope_init(&scope, true);
	for (times = 0; times < 2; times++) {
		nbk_model_init(&model, config);
		ck_assert_msg(nbk_netbox_greet(netbox, &workers, &err) == 0 && nbk_sync_load(netbox, &model, refused, &err) == 0 &&
		              nbk_apply_run(apply, &task, &err) == 0, "%s: %s", name, err.text);
		nbk_model_clear(&model);
		if (times == 1)
			ck_assert_msg(kea->sets == sets, "%s: the second sync changes something", name);
		sets = kea->sets;
	}
	nbk_apply_free(apply);
	nbk_scope_clear(&scope);
	nbk_netbox_free(netbox);
}

static void
compare_kea(const char *name, struct fake_kea *kea)
{
	struct json_object *expected = read_json(name, "expected.json", NULL), *found = json(kea->running);

	ck_assert_msg(json_object_equal(expected, found), "%s: Kea has\n%s", name,
	              json_object_to_json_string_ext(found, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE));
	ck_assert_ptr_null(fake_kea_fault(kea->running));
	json_object_put(expected);
	json_object_put(found);
}

/* New: a line an object, "ip-range 10.0.0.1-10.0.0.9 (NetBox id 3): why". */
static char *
left_out(void)
{
	char *lines = said_all(), *rest = lines, *line;
	struct nbk_buf text;

	nbk_buf_init(&text, NBK_BUF_UNBOUND);
	while ((line = strsep(&rest, "\n")) != NULL) {
		char *object, *reason, *url;

		if (strncmp(line, "NETBOX_LEFT_OUT ", 16) != 0)
			continue;
		reason = line + 16;
		object = strsep(&reason, "|");
		url = strstr(object, ", http");
		ck_assert_ptr_nonnull(url);
		*url = '\0';
		nbk_buf_addf(&text, "%s): %s\n", object, strsep(&reason, "|"));
	}
	free(lines);
	return nbk_buf_take(&text);
}

START_TEST(test_case_serves_what_is_expected)
{
	const char *name = cases[_i]->d_name;
	struct json_object *netbox = read_json(name, "netbox.json", NULL);
	struct json_object *before = read_json(name, "kea.json", "{\"Dhcp4\": {\"subnet4\": []}}");
	struct loopback *server = start_netbox(netbox);
	struct nbk_config *config = read_parameters(server, name, json_object_object_get_ex(before, "Dhcp6", NULL) ? 6 : 4);
	char *expected = read_file(name, "left-out.txt"), *found;
	struct fake_kea kea;

	fake_kea_init(&kea, json_object_to_json_string(before));
	sync_twice(name, config, &kea);
	compare_kea(name, &kea);
	found = left_out();
	ck_assert_msg(strcmp(found, expected == NULL ? "" : expected) == 0, "%s: left out is\n%s", name, found);
	free(found);
	free(expected);
	said_forget();
	fake_kea_clear(&kea);
	nbk_config_free(config);
	netbox_stop(server);
	json_object_put(before);
	json_object_put(netbox);
}
END_TEST

START_TEST(test_there_are_cases)
{
	ck_assert_int_ge(case_count, 15);
}
END_TEST

static int
is_case(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && strchr(entry->d_name, '.') == NULL;
}

Suite *
suite_golden(void)
{
	Suite *suite = suite_create("golden");
	TCase *tcase = tcase_create("golden");

	case_count = scandir(GOLDEN, &cases, is_case, alphasort);
	tcase_set_timeout(tcase, 600);
	tcase_add_test(tcase, test_there_are_cases);
	if (case_count > 0)
		tcase_add_loop_test(tcase, test_case_serves_what_is_expected, 0, case_count);
	suite_add_tcase(suite, tcase);
	return suite;
}

/* SPDX-License-Identifier: MPL-2.0 */
#include "engine.h"
#include "fake_kea.h"
#include "netbox_script.h"
#include "suites.h"
#include "support.h"

#include <arpa/inet.h>
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NO_BOUND_MS 600000
#define PREFIX(id, prefix) "{'id': " #id ", 'prefix': '" prefix "', 'vrf': null, 'custom_fields': {'dhcp_enabled': true}}"
#define RESERVED(id, address, mac)                                                                                                     \
	"{'id': " #id ", 'address': '" address "', 'vrf': null, 'status': {'value': 'dhcp'}, 'dns_name': '', 'assigned_object_type': null," \
	" 'assigned_object_id': null, 'assigned_object': null, 'custom_fields': {'dhcp_reservation_hw_address': '" mac "'}}"

static struct loopback *server;
static struct fake_kea kea;
static struct nbk_engine *engine;
static unsigned port;

static void
start_of(const char *config)
{
	server = netbox_start("4.7.3");
	fake_kea_init(&kea, config);
	engine = nbk_engine_new(said_log(), &kea.kea);
}

static void
start(void)
{
	start_of("{'Dhcp4': {'subnet4': []}}");
}

static void
start_ipv6(void)
{
	start_of("{'Dhcp6': {'subnet6': []}}");
}

static void
stop(void)
{
	nbk_engine_free(engine);
	fake_kea_clear(&kea);
	netbox_stop(server);
	said_forget();
}

/* A port that nobody listens on. */
static unsigned
free_port(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&address, &length), 0);
	close(fd);
	return ntohs(address.sin_port);
}

/* Scripts are written before. */
static void
run_of(uint8_t family, const char *parameters)
{
	struct nbk_error err = { NBK_OK, "" };
	char text[512];

	netbox_rest_is_empty(server);
	port = free_port();
	snprintf(text, sizeof(text), "'port': %u, 'coalesce-ms': 1%s%s", port, *parameters == '\0' ? "" : ", ", parameters);
	ck_assert_msg(nbk_engine_start(engine, netbox_config_of(family, server, text), &err) == 0, "%s", err.text);
}

static void
run_with(const char *parameters)
{
	run_of(4, parameters);
}

static void
end(void)
{
	ck_assert(nbk_engine_stop(engine, NO_BOUND_MS));
}

/* The answer to a request, head and body. */
static void
ask(const char *request, char answer[4096])
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	size_t length = 0;
	ssize_t n;

	ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(send(fd, request, strlen(request), MSG_NOSIGNAL), (ssize_t)strlen(request));
	while (length < 4095 && (n = recv(fd, answer + length, 4095 - length, 0)) > 0)
		length += (size_t)n;
	answer[length] = '\0';
	close(fd);
}

static void
hook(const char *model, int id)
{
	char body[128], request[512], answer[4096];

	snprintf(body, sizeof(body), "{\"event\": \"updated\", \"model\": \"%s\", \"data\": {\"id\": %d}}", model, id);
	snprintf(request, sizeof(request), "POST /event/x/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n%s",
	         strlen(body), body);
	ask(request, answer);
	assert_has(answer, " 202 ");
}

static void
assert_health(const char *status, const char *part)
{
	char answer[4096];

	ask("GET /health/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", answer);
	assert_has(answer, status);
	assert_has(answer, part);
}

static void
wait_times(const char *part, unsigned times)
{
	while (said(part) < times)
		usleep(10000);
}

START_TEST(test_start_serves_what_netbox_says)
{
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24"));
	netbox_rows(server, ADDRESSES, RESERVED(2, "10.0.0.5/24", "02:00:00:00:00:01"));
	run_with("");
	said_wait("NETBOX_SYNCED 1 subnets, 0 pools, 1 reservations; 0 left out");
	assert_health(" 200 ", "\"subnets\": 1, \"pools\": 0, \"reservations\": 1, \"left-out\": 0");
	end();
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_RESERVATION), 1);
	ck_assert_uint_eq(kea.sets, 1);
}
END_TEST

START_TEST(test_webhook_is_followed)
{
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24"));
	netbox_rows(server, PREFIXES, PREFIX(2, "10.0.1.0/24"));
	run_with("");
	said_wait("NETBOX_SYNCED");
	hook("prefix", 2);
	said_wait("NETBOX_ADDED subnet 10.0.1.0/24");
	end();
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_SUBNET), 2);
}
END_TEST

START_TEST(test_webhook_that_changes_nothing_leaves_kea_alone)
{
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24"));
	netbox_rows(server, RANGES, "");
	netbox_rows(server, RANGES, "{'id': 9, 'start_address': '10.0.0.1/24', 'end_address': '10.0.0.9/24', 'vrf': null, 'status': {'value': 'dhcp'}}");
	run_with("");
	said_wait("NETBOX_SYNCED");
	hook("prefix", 1);
	hook("iprange", 9);
	said_wait("NETBOX_ADDED pool");
	end();
	ck_assert_uint_eq(kea.sets, 2);
}
END_TEST

START_TEST(test_webhook_for_all_asks_for_a_full_sync)
{
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24"));
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24") "," PREFIX(2, "10.0.1.0/24"));
	run_with("");
	said_wait("NETBOX_SYNCED 1 subnets");
	hook("tag", 5);
	said_wait("NETBOX_SYNCED 2 subnets");
	end();
}
END_TEST

START_TEST(test_netbox_that_is_away_is_tried_again)
{
	netbox_status(server, PREFIXES, 500, "{}");
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24"));
	run_with("");
	said_wait("NETBOX_SYNCED 1 subnets");
	assert_health(" 200 ", "ok");
	end();
	ck_assert_uint_eq(said("NETBOX_FAILED"), 1);
	ck_assert_uint_eq(said("NETBOX_WELL"), 1);
}
END_TEST

START_TEST(test_failure_is_told_by_the_health_check)
{
	netbox_status(server, PREFIXES, 403, "{\"detail\": \"Invalid token\"}");
	run_with("");
	said_wait("NETBOX_FAILED");
	assert_health(" 503 ", "Invalid token");
	end();
	ck_assert_uint_eq(kea.sets, 0);
}
END_TEST

START_TEST(test_refused_list_keeps_what_is_served)
{
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24"));
	netbox_rows(server, ADDRESSES, RESERVED(2, "10.0.0.5/24", "02:00:00:00:00:01"));
	netbox_status(server, ADDRESSES, 400, "{\"status\": [\"dhcp is not one\"]}");
	run_with("");
	said_wait("NETBOX_SYNCED");
	hook("tag", 1);
	said_wait("NETBOX_LIST_REFUSED ip-addresses|");
	hook("prefix", 1);
	end();
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_RESERVATION), 1);
	ck_assert_uint_eq(said("NETBOX_LIST_REFUSED"), 1);
}
END_TEST

START_TEST(test_filter_without_its_custom_field_takes_nothing)
{
	netbox_rows(server, PREFIXES, "{'id': 1, 'prefix': '10.0.0.0/24', 'vrf': null, 'custom_fields': {}}");
	run_with("");
	said_wait("NETBOX_FAILED");
	assert_health(" 503 ", "dhcp_enabled");
	end();
	ck_assert_uint_eq(kea.sets, 0);
}
END_TEST

/* A page of a running full sync is held back, the object changes, its webhook comes: the new value wins. */
START_TEST(test_webhook_during_a_full_sync_is_not_lost)
{
	loopback_script(server, PREFIXES, (struct loopback_answer){ .body = "{\"next\": null, \"results\": [" PREFIX(1, "10.0.0.0/24") "]}",
	                                                            .hold = true });
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/25"));
	run_with("");
	loopback_wait(server, 5);
	hook("prefix", 1);
	loopback_release(server);
	said_wait("NETBOX_CHANGED subnet 10.0.0.0/25");
	end();
	ck_assert_str_eq(fake_kea_text(&kea, "Dhcp4", "subnet4", "0", "subnet", NULL), "\"10.0.0.0/25\"");
}
END_TEST

START_TEST(test_restart_serves_from_memory)
{
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24"));
	netbox_status(server, PREFIXES, 500, "{}");
	run_with("");
	said_wait("NETBOX_SYNCED");
	end();
	/* Somebody's config-reload of a file without our subnets, NetBox away. */
	fake_kea_replace(&kea, "{'Dhcp4': {'valid-lifetime': 77}}");
	said_forget();
	run_with("");
	said_wait("NETBOX_FAILED");
	end();
	ck_assert_uint_eq(said("NETBOX_RESUMED 1 subnets"), 1);
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_SUBNET), 1);
	ck_assert_str_eq(fake_kea_text(&kea, "Dhcp4", "valid-lifetime", NULL), "77");
}
END_TEST

/* Kea refuses what was served before; the full sync, which has what it takes, does not wait for that. */
START_TEST(test_refused_put_back_does_not_put_off_the_sync)
{
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24"));
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.1.0/24"));
	run_with("");
	said_wait("NETBOX_SYNCED");
	end();
	kea.refused_test = "10.0.0.0/24";
	fake_kea_replace(&kea, "{'Dhcp4': {'valid-lifetime': 77}}");
	run_with("");
	said_wait("NETBOX_CHANGED subnet 10.0.1.0/24");
	end();
}
END_TEST

START_TEST(test_guard_holds_an_empty_answer)
{
	struct nbk_buf rows;
	int i;

	nbk_buf_init(&rows, NBK_BUF_UNBOUND);
	for (i = 1; i <= 20; i++)
		nbk_buf_addf(&rows, "%s{'id': %d, 'prefix': '10.0.%d.0/24', 'vrf': null, 'custom_fields': {'dhcp_enabled': true}}",
		             i == 1 ? "" : ",", i, i);
	netbox_rows(server, PREFIXES, nbk_buf_text(&rows));
	netbox_rows(server, PREFIXES, "");
	netbox_rows(server, PREFIXES, nbk_buf_text(&rows));
	run_with("");
	said_wait("NETBOX_SYNCED 20 subnets");
	hook("tag", 1);
	said_wait("NETBOX_HELD 20 of 20 subnets");
	assert_health(" 503 ", "20 of 20 subnets");
	hook("tag", 2);
	said_wait("NETBOX_RELEASED");
	assert_health(" 200 ", "\"subnets\": 20");
	end();
	ck_assert_uint_eq(kea.sets, 1);
	nbk_buf_clear(&rows);
}
END_TEST

START_TEST(test_only_hints_are_applied_where_the_start_does_not_sync)
{
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24") "," PREFIX(2, "10.0.1.0/24"));
	netbox_rows(server, PREFIXES, PREFIX(2, "10.0.1.0/24"));
	run_with("'full-sync-at-startup': false");
	said_wait("NETBOX_SYNCED");
	hook("prefix", 2);
	said_wait("NETBOX_ADDED");
	end();
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_SUBNET), 1);
	ck_assert_uint_eq(said("NETBOX_ADDED subnet 10.0.1.0/24"), 1);
}
END_TEST

static char file[] = "/tmp/nbk-engine-XXXXXX";

static void
make_file(void)
{
	int fd;

	strcpy(file + sizeof(file) - 7, "XXXXXX");
	fd = mkstemp(file);
	ck_assert_int_eq(write(fd, "{\"Dhcp4\": {}}", 13), 13);
	close(fd);
	kea.kea.config_file = file;
}

static void
assert_file_has(const char *part)
{
	char text[4096] = "";
	FILE *in = fopen(file, "r");

	text[fread(text, 1, sizeof(text) - 1, in)] = '\0';
	fclose(in);
	assert_has(text, part);
}

START_TEST(test_config_write_keeps_what_kea_runs)
{
	make_file();
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24"));
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/25"));
	run_with("'config-write': true");
	said_wait("NETBOX_SYNCED");
	assert_file_has("\"10.0.0.0/24\"");
	hook("prefix", 1);
	said_wait("NETBOX_CHANGED subnet 10.0.0.0/25");
	end();
	assert_file_has("\"10.0.0.0/25\"");
	ck_assert_uint_eq(said("NETBOX_WRITTEN"), 2);
	unlink(file);
}
END_TEST

START_TEST(test_config_write_is_off_or_checked_only_and_nothing_is_written)
{
	make_file();
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24"));
	run_with("");
	said_wait("NETBOX_SYNCED");
	end();
	run_with("'config-write': true, 'check-only': true");
	said_wait("NETBOX_SYNCED");
	end();
	ck_assert_uint_eq(said("NETBOX_WRITTEN"), 0);
	unlink(file);
}
END_TEST

/* Nothing changes in between: the file that is still to be written is reason enough. */
START_TEST(test_config_write_that_fails_is_said_once_and_stops_nothing)
{
	kea.kea.config_file = "/nonexistent/kea.conf";
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24"));
	run_with("'config-write': true");
	said_wait("NETBOX_SYNCED");
	hook("tag", 1);
	assert_health(" 200 ", "\"config-write\": \"can't read /nonexistent/kea.conf");
	end();
	ck_assert_uint_eq(said("NETBOX_WRITE_FAILED can't read /nonexistent/kea.conf"), 1);
	ck_assert_uint_eq(said("NETBOX_FAILED"), 0);
	ck_assert_uint_eq(kea.sets, 1);
}
END_TEST

START_TEST(test_config_write_is_well_again)
{
	make_file();
	kea.kea.config_file = "/nonexistent/kea.conf";
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24"));
	run_with("'config-write': true");
	said_wait("NETBOX_WRITE_FAILED");
	kea.kea.config_file = file;
	hook("tag", 1);
	said_wait("NETBOX_WRITE_WELL");
	assert_health(" 200 ", "\"kea-dhcp4\", \"subnets\"");
	end();
	assert_file_has("\"10.0.0.0/24\"");
	unlink(file);
}
END_TEST

START_TEST(test_port_in_use_stops_nothing)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct nbk_error err = { NBK_OK, "" };
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	char text[64];

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(listen(fd, 1), 0);
	getsockname(fd, (struct sockaddr *)&address, &length);
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24"));
	netbox_rest_is_empty(server);
	snprintf(text, sizeof(text), "'port': %u", ntohs(address.sin_port));
	ck_assert_int_eq(nbk_engine_start(engine, netbox_config(server, text), &err), 0);
	said_wait("NETBOX_SYNCED 1 subnets");
	end();
	ck_assert_uint_eq(said("NETBOX_LISTEN_FAILED"), 1);
	close(fd);
}
END_TEST

START_TEST(test_secret_file_that_is_missing_stops_nothing)
{
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24"));
	run_with("'secret-file': '/nonexistent'");
	said_wait("NETBOX_SYNCED 1 subnets");
	end();
	ck_assert_uint_eq(said("NETBOX_LISTEN_FAILED secret-file: can't read /nonexistent"), 1);
}
END_TEST

START_TEST(test_stop_while_netbox_hangs)
{
	loopback_script(server, PREFIXES, (struct loopback_answer){ .body = "{}", .hold = true });
	run_with("");
	loopback_wait(server, 5);
	end();
	ck_assert_uint_eq(kea.sets, 0);
}
END_TEST

START_TEST(test_stop_of_what_was_not_started)
{
	ck_assert(nbk_engine_stop(engine, 1));
}
END_TEST

START_TEST(test_parameters_that_were_refused_are_told)
{
	run_with("");
	said_wait("NETBOX_SYNCED");
	nbk_engine_set_fault(engine, "port wants a number");
	assert_health(" 503 ", "port wants a number");
	nbk_engine_set_fault(engine, NULL);
	assert_health(" 200 ", "ok");
	end();
}
END_TEST

START_TEST(test_key_that_can_not_be_checked_is_named_once)
{
	run_with("'prefix-filter': {'within': '10.0.0.0/8'}");
	said_wait("NETBOX_SYNCED");
	hook("tag", 1);
	said_wait("NETBOX_SYNC_STARTED asked for");
	end();
	ck_assert_uint_eq(said("NETBOX_FILTER_NOT_CHECKED prefix-filter|within"), 1);
	ck_assert_uint_eq(said("NETBOX_FILTER_NOT_CHECKED"), 1);
}
END_TEST

START_TEST(test_hint_that_fails_is_made_good_by_a_full_sync)
{
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24"));
	netbox_status(server, PREFIXES, 500, "{}");
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24") "," PREFIX(2, "10.0.1.0/24"));
	run_with("");
	said_wait("NETBOX_SYNCED 1 subnets");
	hook("prefix", 2);
	said_wait("NETBOX_SYNCED 2 subnets");
	end();
	ck_assert_uint_eq(said("NETBOX_FAILED"), 1);
}
END_TEST

/* The full sync between is not applied as a whole there, and so the hint must come again. */
START_TEST(test_hint_that_fails_comes_again_where_only_hints_are_applied)
{
	static const char both[] = PREFIX(1, "10.0.0.0/24") "," PREFIX(2, "10.0.1.0/24");

	netbox_rows(server, PREFIXES, both);
	netbox_status(server, PREFIXES, 500, "{}");
	netbox_rows(server, PREFIXES, both);
	netbox_rows(server, PREFIXES, PREFIX(2, "10.0.1.0/24"));
	run_with("'full-sync-at-startup': false");
	said_wait("NETBOX_SYNCED");
	hook("prefix", 2);
	said_wait("NETBOX_ADDED subnet 10.0.1.0/24");
	end();
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_SUBNET), 1);
}
END_TEST

START_TEST(test_prefixes_that_are_refused_change_nothing)
{
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24"));
	netbox_status(server, PREFIXES, 400, "{\"tag\": [\"no such tag\"]}");
	run_with("");
	said_wait("NETBOX_SYNCED 1 subnets");
	hook("tag", 1);
	said_wait("NETBOX_FAILED");
	assert_health(" 503 ", "no such tag");
	end();
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_SUBNET), 1);
}
END_TEST

START_TEST(test_list_that_is_accepted_again_is_read_whole)
{
	static const char all[] = RESERVED(2, "10.0.0.5/24", "02:00:00:00:00:01") "," RESERVED(3, "10.0.0.6/24", "02:00:00:00:00:02");

	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24"));
	netbox_status(server, ADDRESSES, 400, "{}");
	netbox_rows(server, ADDRESSES, RESERVED(3, "10.0.0.6/24", "02:00:00:00:00:02"));
	netbox_rows(server, ADDRESSES, all);
	run_with("");
	said_wait("NETBOX_SYNCED 1 subnets, 0 pools, 0 reservations");
	hook("ipaddress", 3);
	said_wait("NETBOX_SYNCED 1 subnets, 0 pools, 2 reservations");
	end();
}
END_TEST

#define SERVED "cf_dhcp_enabled=true&"
#define TO_DELEGATE "tag=pd&"
#define DELEGATED(id, prefix)                                                                                         \
	"{'id': " #id ", 'prefix': '" prefix "', 'vrf': null, 'tags': [{'slug': 'pd'}],"                              \
	" 'custom_fields': {'dhcp_enabled': false, 'dhcp_pd_delegated_length': 56, 'dhcp_pd_subnet': 1}}"

START_TEST(test_pd_filter_that_is_accepted_again_is_read_whole)
{
	netbox_rows(server, PREFIXES "?" SERVED, PREFIX(1, "2001:db8:1::/64"));
	netbox_rows(server, PREFIXES "?id=2&" SERVED, "");
	netbox_rows(server, PREFIXES "?" TO_DELEGATE, DELEGATED(2, "2001:db8:e000::/48"));
	netbox_status(server, PREFIXES "?" TO_DELEGATE, 400, "{}");
	netbox_rows(server, PREFIXES "?id=2&" TO_DELEGATE, DELEGATED(2, "2001:db8:e000::/48"));
	netbox_rows(server, PREFIXES "?" TO_DELEGATE, DELEGATED(2, "2001:db8:e000::/48") "," DELEGATED(3, "2001:db8:f000::/48"));
	run_of(6, "'pd-filter': {'tag': 'pd'}");
	said_wait("NETBOX_SYNCED 1 subnets, 0 pools, 0 reservations, 1 pd-pools");
	hook("tag", 1);
	said_wait("NETBOX_LIST_REFUSED prefixes to delegate from|");
	hook("prefix", 2);
	said_wait("NETBOX_SYNCED 1 subnets, 0 pools, 0 reservations, 2 pd-pools");
	end();
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_PD_POOL), 2);
}
END_TEST

START_TEST(test_kea_that_is_deaf_is_told)
{
	run_with("");
	said_wait("NETBOX_SYNCED");
	nbk_engine_set_kea(engine, "no socket is open");
	nbk_engine_set_kea(engine, "no socket is open");
	assert_health(" 503 ", "no socket is open");
	nbk_engine_set_kea(engine, NULL);
	assert_health(" 200 ", "ok");
	end();
	ck_assert_uint_eq(said("NETBOX_KEA_FAILED no socket is open"), 1);
	ck_assert_uint_eq(said("NETBOX_KEA_WELL"), 1);
}
END_TEST

START_TEST(test_netbox_without_a_webhook_worker_is_told)
{
	loopback_stop(server);
	server = loopback_start();
	netbox_status(server, "/api/status/", 200, "{\"netbox-version\": \"4.7.3\", \"rq-workers-running\": 0}");
	run_with("");
	said_wait("NETBOX_SYNCED");
	hook("tag", 1);
	end();
	ck_assert_uint_eq(said("NETBOX_NO_WEBHOOK_WORKER"), 1);
}
END_TEST

START_TEST(test_what_an_empty_answer_would_wipe_no_webhook_wipes_either)
{
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24") "," PREFIX(2, "10.0.1.0/24") "," PREFIX(3, "10.0.2.0/24"));
	netbox_rows(server, PREFIXES, "");
	netbox_rows(server, PREFIXES, PREFIX(4, "10.0.3.0/24"));
	run_with("");
	said_wait("NETBOX_SYNCED 3 subnets");
	hook("tag", 1);
	said_wait("NETBOX_HELD 3 of 3 subnets");
	hook("prefix", 4);
	said_wait("NETBOX_ADDED subnet 10.0.3.0/24");
	assert_health(" 503 ", "held back");
	end();
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_SUBNET), 4);
}
END_TEST

START_TEST(test_held_reservations_hold_the_size_of_their_subnet)
{
	struct nbk_buf rows;
	int i;

	nbk_buf_init(&rows, NBK_BUF_UNBOUND);
	for (i = 0; i < 40; i++)
		nbk_buf_addf(&rows,
		             "%s{'id': %d, 'address': '10.0.0.%d/24', 'vrf': null, 'status': {'value': 'dhcp'}, 'dns_name': '',"
		             " 'assigned_object_type': null, 'assigned_object_id': null, 'assigned_object': null,"
		             " 'custom_fields': {'dhcp_reservation_hw_address': '02:00:00:00:00:%02x'}}",
		             i == 0 ? "" : ",", 100 + i, 110 + i, i);
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24"));
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/25"));
	netbox_rows(server, ADDRESSES, nbk_buf_text(&rows));
	nbk_buf_clear(&rows);
	run_with("");
	said_wait("NETBOX_SYNCED 1 subnets, 0 pools, 40 reservations");
	hook("prefix", 1);
	said_wait("NETBOX_HELD 22 of 40 reservations");
	end();
	ck_assert_uint_eq(fake_kea_count(&kea, NBK_RESERVATION), 40);
	ck_assert_str_eq(fake_kea_text(&kea, "Dhcp4", "subnet4", "0", "subnet", NULL), "\"10.0.0.0/24\"");
}
END_TEST

START_TEST(test_restart_while_kea_does_not_show_its_configuration)
{
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24"));
	run_with("");
	said_wait("NETBOX_SYNCED");
	end();
	kea.failing = NBK_EDATA;
	fake_kea_replace(&kea, "{'Dhcp4': {'valid-lifetime': 77}}");
	run_with("");
	said_wait("NETBOX_FAILED");
	end();
	ck_assert_uint_eq(kea.sets, 1);
}
END_TEST

START_TEST(test_webhooks_while_netbox_refuses_are_no_flood_of_syncs)
{
	int id;

	netbox_status(server, PREFIXES, 403, "{\"detail\": \"Invalid token\"}");
	run_with("");
	said_wait("NETBOX_FAILED");
	for (id = 1; id <= 8; id++)
		hook("prefix", id);
	wait_times("NETBOX_SYNC_STARTED", 2);
	end();
	ck_assert_uint_lt(said("NETBOX_SYNC_STARTED"), 8);
}
END_TEST

START_TEST(test_each_reason_of_an_outage_is_said_once)
{
	netbox_status(server, PREFIXES, 500, "{}");
	netbox_status(server, RANGES, 500, "{}");
	run_with("");
	wait_times("NETBOX_SYNC_STARTED", 4);
	end();
	ck_assert_uint_le(said("NETBOX_FAILED"), 2);
}
END_TEST

START_TEST(test_start_from_our_own_print_tells_of_no_change)
{
	fake_kea_replace(&kea, "{'Dhcp4': {'subnet4': [{'id': 1, 'subnet': '10.0.0.0/24', 'valid-lifetime': 7200, 'pools': [], 'relay': {},"
	                       " 'user-context': {'netbox_prefix_id': 1}, 'reservations': [{'boot-file-name': '', 'hostname': '',"
	                       " 'hw-address': '02:00:00:00:00:01', 'ip-address': '10.0.0.5', 'user-context': {'netbox_ip_address_id': 2}}]}]}}");
	netbox_rows(server, PREFIXES, PREFIX(1, "10.0.0.0/24"));
	netbox_rows(server, ADDRESSES, RESERVED(2, "10.0.0.6/24", "02:00:00:00:00:01"));
	run_with("");
	said_wait("NETBOX_SYNCED");
	end();
	ck_assert_uint_eq(said("NETBOX_CHANGED"), 1);
	ck_assert_uint_eq(said("NETBOX_CHANGED reservation 10.0.0.6"), 1);
}
END_TEST

Suite *
suite_engine(void)
{
	Suite *suite = suite_create("engine");
	TCase *tcase = tcase_create("engine"), *ipv6 = tcase_create("ipv6");

	tcase_set_timeout(tcase, 600);
	tcase_add_checked_fixture(tcase, start, stop);
	tcase_add_test(tcase, test_start_serves_what_netbox_says);
	tcase_add_test(tcase, test_start_from_our_own_print_tells_of_no_change);
	tcase_add_test(tcase, test_webhook_is_followed);
	tcase_add_test(tcase, test_webhook_that_changes_nothing_leaves_kea_alone);
	tcase_add_test(tcase, test_webhook_for_all_asks_for_a_full_sync);
	tcase_add_test(tcase, test_netbox_that_is_away_is_tried_again);
	tcase_add_test(tcase, test_failure_is_told_by_the_health_check);
	tcase_add_test(tcase, test_refused_list_keeps_what_is_served);
	tcase_add_test(tcase, test_filter_without_its_custom_field_takes_nothing);
	tcase_add_test(tcase, test_webhook_during_a_full_sync_is_not_lost);
	tcase_add_test(tcase, test_restart_serves_from_memory);
	tcase_add_test(tcase, test_refused_put_back_does_not_put_off_the_sync);
	tcase_add_test(tcase, test_guard_holds_an_empty_answer);
	tcase_add_test(tcase, test_only_hints_are_applied_where_the_start_does_not_sync);
	tcase_add_test(tcase, test_config_write_keeps_what_kea_runs);
	tcase_add_test(tcase, test_config_write_is_off_or_checked_only_and_nothing_is_written);
	tcase_add_test(tcase, test_config_write_that_fails_is_said_once_and_stops_nothing);
	tcase_add_test(tcase, test_config_write_is_well_again);
	tcase_add_test(tcase, test_port_in_use_stops_nothing);
	tcase_add_test(tcase, test_secret_file_that_is_missing_stops_nothing);
	tcase_add_test(tcase, test_stop_while_netbox_hangs);
	tcase_add_test(tcase, test_stop_of_what_was_not_started);
	tcase_add_test(tcase, test_parameters_that_were_refused_are_told);
	tcase_add_test(tcase, test_key_that_can_not_be_checked_is_named_once);
	tcase_add_test(tcase, test_hint_that_fails_is_made_good_by_a_full_sync);
	tcase_add_test(tcase, test_hint_that_fails_comes_again_where_only_hints_are_applied);
	tcase_add_test(tcase, test_prefixes_that_are_refused_change_nothing);
	tcase_add_test(tcase, test_list_that_is_accepted_again_is_read_whole);
	tcase_add_test(tcase, test_kea_that_is_deaf_is_told);
	tcase_add_test(tcase, test_netbox_without_a_webhook_worker_is_told);
	tcase_add_test(tcase, test_what_an_empty_answer_would_wipe_no_webhook_wipes_either);
	tcase_add_test(tcase, test_held_reservations_hold_the_size_of_their_subnet);
	tcase_add_test(tcase, test_restart_while_kea_does_not_show_its_configuration);
	tcase_add_test(tcase, test_webhooks_while_netbox_refuses_are_no_flood_of_syncs);
	tcase_add_test(tcase, test_each_reason_of_an_outage_is_said_once);
	suite_add_tcase(suite, tcase);
	tcase_set_timeout(ipv6, 600);
	tcase_add_checked_fixture(ipv6, start_ipv6, stop);
	tcase_add_test(ipv6, test_pd_filter_that_is_accepted_again_is_read_whole);
	suite_add_tcase(suite, ipv6);
	return suite;
}

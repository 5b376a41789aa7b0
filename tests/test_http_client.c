/* SPDX-License-Identifier: MPL-2.0 */
#include "../common/http_client.h"
#include "loopback.h"
#include "suites.h"

#include <arpa/inet.h>
#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HOUR_MS 3600000
#define DAY 86400
#define TOKEN "Bearer nbt_abcdef.very-secret"

/* What came back, of the last answer where there were several. */
struct result {
	unsigned count;
	int status;
	char body[256];
	size_t length;
	char type[64];
	void *cookie;
	struct nbk_error error;
};

static struct loopback *server;

static void
start(void)
{
	server = loopback_start();
}

static void
stop(void)
{
	loopback_stop(server);
	server = NULL;
}

/* Deadlines that no slow machine misses; a test shortens the one that it is about. */
static struct nbk_http_options
options(void)
{
	return (struct nbk_http_options){
		.verify_tls = true,
		.authorization = TOKEN,
		.max_body = 1 << 20,
		.connect_timeout_ms = HOUR_MS,
		.stall_timeout_ms = HOUR_MS,
		.total_timeout_ms = HOUR_MS,
	};
}

static struct nbk_http *
client(struct nbk_http_options wanted)
{
	struct nbk_error err = { .code = NBK_OK };
	struct nbk_http *http = nbk_http_new(&wanted, &err);

	ck_assert_msg(http != NULL, "%s", err.text);
	return http;
}

static int
keep(void *context, struct nbk_http_answer *answer)
{
	struct result *result = context;

	result->count++;
	result->status = answer->status;
	result->length = answer->body.length;
	snprintf(result->body, sizeof(result->body), "%s", nbk_buf_text(&answer->body));
	snprintf(result->type, sizeof(result->type), "%s", answer->content_type);
	result->cookie = answer->cookie;
	result->error = answer->error;
	return 0;
}

/* One request at a time, to any URL. */
static struct result
ask_url(struct nbk_http *http, const char *url)
{
	struct nbk_error err = { .code = NBK_OK };
	struct result result = { .count = 0 };

	ck_assert_msg(nbk_http_get(http, url, NULL, &err) == 0, "%s", err.text);
	ck_assert_msg(nbk_http_run(http, keep, &result, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(result.count, 1);
	return result;
}

static struct result
ask(struct nbk_http *http, const char *path)
{
	char *url = loopback_url(server, path);
	struct result result = ask_url(http, url);

	free(url);
	return result;
}

static struct result
ask_once(struct nbk_http_options wanted, const char *path)
{
	struct nbk_http *http = client(wanted);
	struct result result = ask(http, path);

	nbk_http_free(http);
	return result;
}

/* What a server that sends these bytes and closes gets out of us. */
static struct result
ask_raw(const char *raw)
{
	loopback_script(server, NULL, (struct loopback_answer){ .raw = raw, .end = LOOPBACK_CLOSE });
	return ask_once(options(), "/");
}

static void
put(struct nbk_http *http, const char *path, void *cookie)
{
	char *url = loopback_url(server, path);

	ck_assert_int_eq(nbk_http_get(http, url, cookie, NULL), 0);
	free(url);
}

static void
assert_answer(const struct result *result, int status, const char *body)
{
	ck_assert_msg(result->error.code == NBK_OK, "%s", result->error.text);
	ck_assert_int_eq(result->status, status);
	ck_assert_str_eq(result->body, body);
}

static void
assert_failure(const struct result *result, enum nbk_errc code, const char *part)
{
	ck_assert_int_eq(result->error.code, code);
	ck_assert_msg(strstr(result->error.text, part) != NULL, "\"%s\" lacks \"%s\"", result->error.text, part);
	ck_assert_int_eq(result->status, 0);
	ck_assert_uint_eq(result->length, 0);
	ck_assert_ptr_null(strstr(result->error.text, "secret"));
}

START_TEST(test_get_brings_the_answer)
{
	struct nbk_http *http = client(options());
	struct result result = { .count = 0 };
	int cookie;

	loopback_script(server, "/api/status/", (struct loopback_answer){
		.headers = "Content-Type: application/json\r\n", .body = "{\"netbox-version\": \"4.7.0\"}" });
	put(http, "/api/status/?a=b", &cookie);
	ck_assert_uint_eq(nbk_http_requests(http), 0);
	ck_assert_int_eq(nbk_http_run(http, keep, &result, NULL), 0);
	assert_answer(&result, 200, "{\"netbox-version\": \"4.7.0\"}");
	ck_assert_str_eq(result.type, "application/json");
	ck_assert_ptr_eq(result.cookie, &cookie);
	ck_assert_uint_eq(nbk_http_requests(http), 1);
	nbk_http_free(http);
}
END_TEST

START_TEST(test_get_sends_the_headers)
{
	char *heads;

	ask_once(options(), "/api/?limit=1000");
	heads = loopback_heads(server);
	ck_assert_ptr_nonnull(strstr(heads, "GET /api/?limit=1000 HTTP/1.1\r\n"));
	ck_assert_ptr_nonnull(strstr(heads, "\r\nAuthorization: " TOKEN "\r\n"));
	ck_assert_ptr_nonnull(strstr(heads, "\r\nAccept: application/json\r\n"));
	ck_assert_ptr_nonnull(strstr(heads, "\r\nAccept-Encoding: "));
	ck_assert_ptr_nonnull(strstr(heads, "\r\nUser-Agent: kea-netbox"));
	free(heads);
}
END_TEST

START_TEST(test_get_refuses_what_is_no_url)
{
	struct nbk_http *http = client(options());
	struct nbk_error err = { .code = NBK_OK };
	struct result result;

	ck_assert_int_eq(nbk_http_get(http, "u:secret@ /", NULL, &err), -1);
	ck_assert_int_eq(err.code, NBK_ECONFIG);
	ck_assert_ptr_null(strstr(err.text, "secret"));
	ck_assert_int_eq(nbk_http_get(http, "", NULL, NULL), -1);
	result = ask_url(http, "file:///etc/passwd");
	assert_failure(&result, NBK_ETEMP, "file:///etc/passwd: Protocol");
	result = ask_url(http, "ftp://127.0.0.1/");
	assert_failure(&result, NBK_ETEMP, "ftp://127.0.0.1/: Protocol");
	nbk_http_free(http);
}
END_TEST

START_TEST(test_new_refuses_a_token_that_is_no_header)
{
	struct nbk_http_options wanted = options();
	struct nbk_error err = { .code = NBK_OK };

	wanted.authorization = "Token secret\r\nX-Other: 1";
	ck_assert_ptr_null(nbk_http_new(&wanted, &err));
	ck_assert_int_eq(err.code, NBK_ECONFIG);
	ck_assert_ptr_null(strstr(err.text, "secret"));
}
END_TEST

START_TEST(test_get_asks_no_proxy_of_the_environment)
{
	struct result result;

	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
	loopback_script(server, "/", (struct loopback_answer){ .body = "direct" });
	result = ask_once(options(), "/");
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");
	assert_answer(&result, 200, "direct");
}
END_TEST

START_TEST(test_status_of_a_refusal_is_an_answer)
{
	static const int statuses[] = { 400, 403, 404, 429, 500, 503 };
	struct nbk_http *http = client(options());
	struct result result;
	size_t i;

	for (i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		loopback_script(server, "/", (struct loopback_answer){ .status = statuses[i], .body = "why" });
	for (i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		result = ask(http, "/");
		assert_answer(&result, statuses[i], "why");
	}
	nbk_http_free(http);
}
END_TEST

START_TEST(test_redirect_is_not_followed)
{
	struct result result;

	loopback_script(server, "/", (struct loopback_answer){ .status = 302, .headers = "Location: /other\r\n", .body = "there" });
	result = ask_once(options(), "/");
	assert_answer(&result, 302, "there");
	ck_assert_uint_eq(loopback_requests(server), 1);
}
END_TEST

START_TEST(test_answer_without_body_leaves_the_connection_sound)
{
	struct nbk_http *http = client(options());
	struct result result;

	loopback_script(server, "/none", (struct loopback_answer){ .raw = "HTTP/1.1 204 No Content\r\n\r\n" });
	loopback_script(server, "/", (struct loopback_answer){ .body = "{}" });
	result = ask(http, "/none");
	assert_answer(&result, 204, "");
	result = ask(http, "/");
	assert_answer(&result, 200, "{}");
	ck_assert_uint_eq(loopback_connections(server), 1);
	nbk_http_free(http);
}
END_TEST

START_TEST(test_interim_status_is_skipped)
{
	struct result result = ask_raw("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
	                               "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");

	assert_answer(&result, 200, "{}");
}
END_TEST

START_TEST(test_only_an_interim_status_is_no_answer)
{
	struct result result = ask_raw("HTTP/1.1 100 Continue\r\n\r\n");

	assert_failure(&result, NBK_ETEMP, "/: ");
}
END_TEST

START_TEST(test_switching_protocols_is_no_answer)
{
	struct result result = ask_raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n");

	assert_failure(&result, NBK_ETEMP, "/: ");
}
END_TEST

START_TEST(test_http_1_0_without_a_length_ends_with_the_connection)
{
	struct result result = ask_raw("HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<html>");

	assert_answer(&result, 200, "<html>");
	ck_assert_str_eq(result.type, "text/html");
}
END_TEST

START_TEST(test_no_http_is_no_answer)
{
	struct result result = ask_raw("SSH-2.0-OpenSSH_9.2\r\n");

	assert_failure(&result, NBK_ETEMP, "/: ");
}
END_TEST

START_TEST(test_truncated_body_is_an_error)
{
	struct result result;

	loopback_script(server, "/", (struct loopback_answer){ .body = "{\"results\": []}", .cut = 1, .end = LOOPBACK_CLOSE });
	result = ask_once(options(), "/");
	assert_failure(&result, NBK_ETEMP, "the answer is not whole");
}
END_TEST

START_TEST(test_truncated_chunks_are_an_error)
{
	struct result result = ask_raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n");

	assert_failure(&result, NBK_ETEMP, "/: ");
}
END_TEST

START_TEST(test_chunks_are_joined)
{
	struct result result = ask_raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n");

	assert_answer(&result, 200, "{}");
}
END_TEST

START_TEST(test_bytes_behind_the_length_are_not_the_next_answer)
{
	struct nbk_http *http = client(options());
	struct result result;

	loopback_script(server, "/short", (struct loopback_answer){
		.raw = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil" });
	loopback_script(server, "/", (struct loopback_answer){ .body = "good" });
	result = ask(http, "/short");
	assert_answer(&result, 200, "{}");
	result = ask(http, "/");
	assert_answer(&result, 200, "good");
	nbk_http_free(http);
}
END_TEST

START_TEST(test_reset_is_an_error)
{
	struct result result;

	loopback_script(server, "/", (struct loopback_answer){ .raw = "", .end = LOOPBACK_RESET });
	result = ask_once(options(), "/");
	assert_failure(&result, NBK_ETEMP, "the connection broke");
}
END_TEST

START_TEST(test_close_without_an_answer_is_an_error)
{
	struct result result = ask_raw("");

	assert_failure(&result, NBK_ETEMP, "closed without an answer");
}
END_TEST

START_TEST(test_refused_connection_is_an_error)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int deaf = socket(AF_INET, SOCK_STREAM, 0); /* bound, so that nobody else gets the port, but not listening */
	struct nbk_http *http = client(options());
	socklen_t length = sizeof(address);
	struct result result;
	char url[64];

	ck_assert_int_eq(bind(deaf, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(getsockname(deaf, (struct sockaddr *)&address, &length), 0);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/", ntohs(address.sin_port));
	result = ask_url(http, url);
	assert_failure(&result, NBK_ETEMP, "could not connect");
	nbk_http_free(http);
	close(deaf);
}
END_TEST

START_TEST(test_error_names_the_url_without_secrets_and_query)
{
	struct nbk_http *http = client(options());
	struct nbk_buf path;
	struct result result;
	unsigned port, i;
	char *base = loopback_url(server, "");
	char *text;

	ck_assert_int_eq(sscanf(base, "http://127.0.0.1:%u", &port), 1);
	loopback_script(server, NULL, (struct loopback_answer){ .raw = "" , .end = LOOPBACK_CLOSE });
	nbk_buf_init(&path, NBK_BUF_UNBOUND);
	nbk_buf_addf(&path, "http://user:secret@127.0.0.1:%u/api/ipam/prefixes/?id=1", port);
	for (i = 2; i < 500; i++)
		nbk_buf_addf(&path, "&id=%u", i);
	result = ask_url(http, nbk_buf_text(&path));
	assert_failure(&result, NBK_ETEMP, "/api/ipam/prefixes/: the connection was closed without an answer");
	ck_assert_int_eq(strncmp(result.error.text, base, strlen(base)), 0);
	text = loopback_heads(server);
	ck_assert_ptr_nonnull(strstr(text, "&id=499 HTTP/1.1\r\n"));
	ck_assert_ptr_nonnull(strstr(text, TOKEN));
	free(text);
	free(base);
	nbk_buf_clear(&path);
	nbk_http_free(http);
}
END_TEST

START_TEST(test_stall_before_the_answer_times_out)
{
	struct nbk_http_options wanted = options();
	struct result result;

	wanted.stall_timeout_ms = 100;
	loopback_script(server, "/", (struct loopback_answer){ .hold = true });
	result = ask_once(wanted, "/");
	assert_failure(&result, NBK_ETIMEOUT, "no byte for 100 ms");
}
END_TEST

START_TEST(test_stall_within_the_answer_times_out)
{
	struct nbk_http_options wanted = options();
	struct result result;

	wanted.stall_timeout_ms = 100;
	loopback_script(server, "/", (struct loopback_answer){ .body = "{}", .drip_ms = HOUR_MS });
	result = ask_once(wanted, "/");
	assert_failure(&result, NBK_ETIMEOUT, "no byte for 100 ms");
}
END_TEST

START_TEST(test_slow_drip_passes_while_bytes_come)
{
	struct nbk_http_options wanted = options();
	struct result result;

	wanted.stall_timeout_ms = 4000;
	loopback_script(server, "/", (struct loopback_answer){ .body = "0123456789", .drip_ms = 500 });
	result = ask_once(wanted, "/");
	assert_answer(&result, 200, "0123456789");
}
END_TEST

START_TEST(test_total_deadline_ends_a_drip)
{
	struct nbk_http_options wanted = options();
	char body[4096] = { 0 };
	struct result result;

	memset(body, ' ', sizeof(body) - 1);
	wanted.total_timeout_ms = 300;
	loopback_script(server, "/", (struct loopback_answer){ .body = body, .drip_ms = 100 });
	result = ask_once(wanted, "/");
	assert_failure(&result, NBK_ETIMEOUT, "no answer in time: Operation timed out");
}
END_TEST

START_TEST(test_connect_deadline_ends_a_handshake)
{
	struct nbk_http_options wanted = options();
	struct nbk_http *http;
	struct result result;
	char *plain = loopback_url(server, "/");
	char url[64];

	/* The server waits for a request's end, which a TLS greeting never is. The stall is for what comes after. */
	snprintf(url, sizeof(url), "https%s", plain + strlen("http"));
	wanted.connect_timeout_ms = 400;
	wanted.stall_timeout_ms = 20;
	http = client(wanted);
	result = ask_url(http, url);
	assert_failure(&result, NBK_ETIMEOUT, "connect");
	ck_assert_ptr_null(strstr(result.error.text, "no byte"));
	nbk_http_free(http);
	free(plain);
}
END_TEST

START_TEST(test_body_over_the_bound_is_an_error)
{
	struct nbk_http_options wanted = options();
	struct nbk_http *http;
	struct result result;

	wanted.max_body = 4;
	http = client(wanted);
	loopback_script(server, "/4", (struct loopback_answer){ .body = "1234" });
	loopback_script(server, "/5", (struct loopback_answer){ .body = "12345" });
	result = ask(http, "/5");
	assert_failure(&result, NBK_ETEMP, "longer than the bound of 4 bytes");
	result = ask(http, "/4");
	assert_answer(&result, 200, "1234");
	nbk_http_free(http);
}
END_TEST

START_TEST(test_compressed_body_is_unpacked)
{
	static const char packed[] = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\x4a\xce\x2f\xcd\x2b\x51\xb2\x52\x30\xaf\x05\x00"
	                             "\xea\x4c\x14\x44\x0c\x00\x00\x00";
	struct result result;

	loopback_script(server, "/", (struct loopback_answer){
		.headers = "Content-Encoding: gzip\r\n", .body = packed, .body_length = sizeof(packed) - 1 });
	result = ask_once(options(), "/");
	assert_answer(&result, 200, "{\"count\": 7}");
}
END_TEST

START_TEST(test_bound_holds_for_the_unpacked_body)
{
	/* 97 bytes that become 65536 */
	static const char head[] = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xed\xc1\x81\x00\x00\x00\x00\x80\x20\xd6\xfd\x25\x16\xa9\x0a";
	static const char tail[] = "\x6a\xff\x91\x20\xc3\x00\x00\x01\x00";
	struct nbk_http_options wanted = options();
	char packed[97] = { 0 };
	struct result result;

	memcpy(packed, head, sizeof(head) - 1);
	memcpy(packed + sizeof(packed) - (sizeof(tail) - 1), tail, sizeof(tail) - 1);
	loopback_script(server, "/", (struct loopback_answer){
		.headers = "Content-Encoding: gzip\r\n", .body = packed, .body_length = sizeof(packed) });
	result = ask_once(wanted, "/");
	ck_assert_int_eq(result.status, 200);
	ck_assert_uint_eq(result.length, 65536);
	wanted.max_body = 65535;
	result = ask_once(wanted, "/");
	assert_failure(&result, NBK_ETEMP, "longer than the bound of 65535 bytes");
}
END_TEST

START_TEST(test_run_asks_side_by_side)
{
	struct nbk_http_options wanted = options();
	struct result result = { .count = 0 };
	struct nbk_http *http;
	unsigned i;

	wanted.max_parallel = 20;
	http = client(wanted);
	loopback_script(server, NULL, (struct loopback_answer){ .body = "{}", .gather = 20 });
	for (i = 0; i < 20; i++)
		put(http, "/", NULL);
	ck_assert_int_eq(nbk_http_run(http, keep, &result, NULL), 0);
	ck_assert_uint_eq(result.count, 20);
	assert_answer(&result, 200, "{}");
	ck_assert_uint_eq(loopback_most(server), 20);
	nbk_http_free(http);
}
END_TEST

START_TEST(test_run_asks_at_most_eight_at_once)
{
	struct nbk_http *http = client(options());
	struct result result = { .count = 0 };
	unsigned i;

	loopback_script(server, NULL, (struct loopback_answer){ .body = "{}", .gather = 8 });
	for (i = 0; i < 50; i++)
		put(http, "/", NULL);
	ck_assert_int_eq(nbk_http_run(http, keep, &result, NULL), 0);
	ck_assert_uint_eq(result.count, 50);
	ck_assert_uint_eq(loopback_most(server), 8);
	ck_assert_uint_eq(loopback_connections(server), 8);
	ck_assert_uint_eq(nbk_http_requests(http), 50);
	nbk_http_free(http);
}
END_TEST

START_TEST(test_waiting_in_line_counts_for_no_deadline)
{
	struct nbk_http_options wanted = options();
	struct result result = { .count = 0 };
	struct nbk_http *http;

	/* Two that stall, one behind the other: were both counted from the start, the second would end unasked. */
	wanted.max_parallel = 1;
	wanted.stall_timeout_ms = 100;
	http = client(wanted);
	loopback_script(server, NULL, (struct loopback_answer){ .hold = true });
	put(http, "/1", NULL);
	put(http, "/2", NULL);
	ck_assert_int_eq(nbk_http_run(http, keep, &result, NULL), 0);
	ck_assert_uint_eq(result.count, 2);
	ck_assert_int_eq(result.error.code, NBK_ETIMEOUT);
	loopback_wait(server, 2);
	nbk_http_free(http);
}
END_TEST

START_TEST(test_run_uses_a_connection_again)
{
	struct nbk_http *http = client(options());
	struct result result;
	int i;

	loopback_script(server, "/", (struct loopback_answer){ .body = "{}" });
	for (i = 0; i < 5; i++) {
		result = ask(http, "/");
		assert_answer(&result, 200, "{}");
	}
	ck_assert_uint_eq(loopback_requests(server), 5);
	ck_assert_uint_eq(loopback_connections(server), 1);
	nbk_http_free(http);
}
END_TEST

START_TEST(test_connection_that_ended_meanwhile_is_no_error)
{
	struct nbk_http *http = client(options());
	struct result result;

	loopback_script(server, "/close", (struct loopback_answer){ .body = "{}", .end = LOOPBACK_CLOSE });
	loopback_script(server, "/reset", (struct loopback_answer){ .body = "{}" });
	loopback_script(server, "/reset", (struct loopback_answer){ .raw = "", .end = LOOPBACK_RESET });
	loopback_script(server, "/reset", (struct loopback_answer){ .body = "again" });
	result = ask(http, "/close");
	assert_answer(&result, 200, "{}");
	result = ask(http, "/reset");
	assert_answer(&result, 200, "{}");
	/* On a kept connection a reset without a byte means that the server had given it up: curl asks anew. */
	result = ask(http, "/reset");
	assert_answer(&result, 200, "again");
	nbk_http_free(http);
}
END_TEST

struct canceller {
	struct nbk_http *http;
	unsigned requests;
};

static void *
cancel_when_asked(void *context)
{
	struct canceller *canceller = context;

	loopback_wait(server, canceller->requests);
	/* By then curl's timers of a new connection have run out, and only the wake-up can end its wait. */
	sleep(1);
	nbk_http_cancel(canceller->http);
	return NULL;
}

START_TEST(test_cancel_ends_a_run_that_is_held)
{
	struct nbk_http *http = client(options());
	struct canceller canceller = { .http = http, .requests = 2 };
	struct nbk_error err = { .code = NBK_OK };
	struct result result = { .count = 0 };
	pthread_t thread;

	loopback_script(server, "/held", (struct loopback_answer){ .hold = true });
	loopback_script(server, "/", (struct loopback_answer){ .body = "{}" });
	put(http, "/held", NULL);
	put(http, "/held", NULL);
	ck_assert_int_eq(pthread_create(&thread, NULL, cancel_when_asked, &canceller), 0);
	/* Nobody releases the server: that this returns is the test. */
	ck_assert_int_eq(nbk_http_run(http, keep, &result, &err), -1);
	ck_assert_int_eq(err.code, NBK_ECANCELED);
	ck_assert_uint_eq(result.count, 0);
	pthread_join(thread, NULL);

	put(http, "/", NULL);
	ck_assert_int_eq(nbk_http_run(http, keep, &result, NULL), -1);
	nbk_http_free(http);
}
END_TEST

/* Cancels in the first answer. */
static int
cancel_in_done(void *context, struct nbk_http_answer *answer)
{
	struct canceller *canceller = context;

	(void)answer;
	canceller->requests++;
	nbk_http_cancel(canceller->http);
	return 0;
}

START_TEST(test_cancel_keeps_back_the_answers_that_are_there)
{
	struct nbk_http *http = client(options());
	struct canceller canceller = { .http = http };
	struct nbk_error err = { .code = NBK_OK };
	unsigned i;

	loopback_script(server, NULL, (struct loopback_answer){ .body = "{}", .gather = 8 });
	for (i = 0; i < 8; i++)
		put(http, "/", NULL);
	ck_assert_int_eq(nbk_http_run(http, cancel_in_done, &canceller, &err), -1);
	ck_assert_int_eq(err.code, NBK_ECANCELED);
	ck_assert_uint_eq(canceller.requests, 1);
	nbk_http_free(http);
}
END_TEST

struct pager {
	struct nbk_http *http;
	unsigned pages;
	char *last;
};

/* A page asks for the next one, as NetBox is read. */
static int
next_page(void *context, struct nbk_http_answer *answer)
{
	struct pager *pager = context;

	ck_assert_int_eq(answer->status, 200);
	free(pager->last);
	pager->last = nbk_buf_take(&answer->body);
	if (++pager->pages < 30)
		put(pager->http, "/", NULL);
	return 0;
}

START_TEST(test_done_may_ask_for_more_and_take_the_body)
{
	struct nbk_http *http = client(options());
	struct pager pager = { .http = http };

	loopback_script(server, "/", (struct loopback_answer){ .body = "page" });
	put(http, "/", NULL);
	put(http, "/", NULL);
	ck_assert_int_eq(nbk_http_run(http, next_page, &pager, NULL), 0);
	ck_assert_uint_eq(pager.pages, 31); /* the first two, and one more for each of the first 29 answers */
	ck_assert_str_eq(pager.last, "page");
	free(pager.last);
	nbk_http_free(http);
}
END_TEST

static int
give_up(void *context, struct nbk_http_answer *answer)
{
	unsigned *count = context;

	(void)answer;
	(*count)++;
	return -1;
}

START_TEST(test_done_can_end_the_run)
{
	struct nbk_http *http = client(options());
	struct nbk_error err = { .code = NBK_OK };
	struct result result;
	unsigned count = 0;
	unsigned i;

	loopback_script(server, NULL, (struct loopback_answer){ .body = "{}" });
	for (i = 0; i < 20; i++)
		put(http, "/", NULL);
	ck_assert_int_eq(nbk_http_run(http, give_up, &count, &err), -1);
	ck_assert_int_eq(err.code, NBK_OK);
	ck_assert_uint_eq(count, 1);
	result = ask(http, "/"); /* exactly one answer: nothing of before is left */
	assert_answer(&result, 200, "{}");
	nbk_http_free(http);
}
END_TEST

START_TEST(test_run_without_requests_returns)
{
	struct nbk_http *http = client(options());
	struct result result = { .count = 0 };

	ck_assert_int_eq(nbk_http_run(http, keep, &result, NULL), 0);
	ck_assert_uint_eq(result.count, 0);
	nbk_http_free(http);
	nbk_http_free(NULL);
}
END_TEST

/* Replaces the plain server of the fixture. */
static struct nbk_http_options
start_tls(struct loopback_identity identity)
{
	struct nbk_http_options wanted = options();

	stop();
	server = loopback_start_tls(&identity);
	loopback_script(server, "/", (struct loopback_answer){ .body = "{}" });
	wanted.ca_file = loopback_ca_file(server);
	return wanted;
}

/* The handshake fails, and the token was not sent. */
static void
assert_tls_failure(struct nbk_http_options wanted, const char *part)
{
	struct result result = ask_once(wanted, "/");

	assert_failure(&result, NBK_ETEMP, part);
	ck_assert_uint_eq(loopback_requests(server), 0);
}

START_TEST(test_tls_trusts_the_given_ca)
{
	struct result result = ask_once(start_tls((struct loopback_identity){ .name = NULL }), "/");

	assert_answer(&result, 200, "{}");
}
END_TEST

START_TEST(test_tls_refuses_an_unknown_ca)
{
	struct nbk_http_options wanted = start_tls((struct loopback_identity){ .name = NULL });
	struct loopback *other = loopback_start_tls(&(struct loopback_identity){ .ca = "another CA" });
	struct result result;

	wanted.ca_file = loopback_ca_file(other);
	assert_tls_failure(wanted, "netbox-ca-file must name that CA's certificate");
	wanted.ca_file = NULL;
	assert_tls_failure(wanted, "netbox-ca-file must name that CA's certificate");
	wanted.verify_tls = false;
	result = ask_once(wanted, "/");
	assert_answer(&result, 200, "{}");
	loopback_stop(other);
}
END_TEST

START_TEST(test_tls_refuses_another_ca_of_the_same_name)
{
	struct nbk_http_options wanted = start_tls((struct loopback_identity){ .ca = "the CA" });
	struct loopback *other = loopback_start_tls(&(struct loopback_identity){ .ca = "the CA" });

	wanted.ca_file = loopback_ca_file(other);
	assert_tls_failure(wanted, "is netbox-ca-file its CA's present certificate");
	loopback_stop(other);
}
END_TEST

START_TEST(test_tls_refuses_another_name)
{
	struct nbk_http_options wanted = start_tls((struct loopback_identity){ .name = "netbox.example" });
	struct result result;

	assert_tls_failure(wanted, "the certificate is for another name");
	wanted.verify_tls = false;
	result = ask_once(wanted, "/");
	assert_answer(&result, 200, "{}");
}
END_TEST

START_TEST(test_tls_refuses_an_expired_certificate)
{
	time_t now = time(NULL);

	assert_tls_failure(start_tls((struct loopback_identity){ .from = now - 30 * DAY, .until = now - DAY }),
	                   "the certificate has expired");
}
END_TEST

START_TEST(test_tls_refuses_a_certificate_of_the_future)
{
	time_t now = time(NULL);

	assert_tls_failure(start_tls((struct loopback_identity){ .from = now + 30 * DAY, .until = now + 60 * DAY }),
	                   "not valid yet");
}
END_TEST

START_TEST(test_tls_names_a_ca_file_that_is_missing)
{
	struct nbk_http_options wanted = start_tls((struct loopback_identity){ .name = NULL });

	wanted.ca_file = "/nonexistent/ca.pem";
	assert_tls_failure(wanted, "netbox-ca-file must name a readable PEM file");
}
END_TEST

static void
copy_file(const char *from, const char *to)
{
	char bytes[8192];
	FILE *in = fopen(from, "r");
	FILE *out = fopen(to, "w");
	size_t length;

	ck_assert(in != NULL && out != NULL);
	length = fread(bytes, 1, sizeof(bytes), in);
	ck_assert_uint_eq(fwrite(bytes, 1, length, out), length);
	fclose(in);
	fclose(out);
}

START_TEST(test_tls_reads_a_ca_file_that_was_mended)
{
	struct nbk_http_options wanted = start_tls((struct loopback_identity){ .name = NULL });
	struct loopback *other = loopback_start_tls(&(struct loopback_identity){ .ca = "another CA" });
	char file[] = "/tmp/nbk-ca-XXXXXX";
	struct nbk_http *http;
	struct result result;

	close(mkstemp(file));
	copy_file(loopback_ca_file(other), file);
	wanted.ca_file = file;
	http = client(wanted);
	result = ask(http, "/");
	assert_failure(&result, NBK_ETEMP, "not trusted");
	copy_file(loopback_ca_file(server), file);
	result = ask(http, "/");
	assert_answer(&result, 200, "{}");
	nbk_http_free(http);
	loopback_stop(other);
	unlink(file);
}
END_TEST

static TCase *
new_case(Suite *suite, const char *name)
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, start, stop);
	tcase_set_timeout(tc, 120); /* against a hang; none comes near */
	suite_add_tcase(suite, tc);
	return tc;
}

Suite *
suite_http_client(void)
{
	Suite *suite = suite_create("http_client");
	TCase *tc = new_case(suite, "answers");

	tcase_add_test(tc, test_get_brings_the_answer);
	tcase_add_test(tc, test_get_sends_the_headers);
	tcase_add_test(tc, test_get_refuses_what_is_no_url);
	tcase_add_test(tc, test_new_refuses_a_token_that_is_no_header);
	tcase_add_test(tc, test_get_asks_no_proxy_of_the_environment);
	tcase_add_test(tc, test_status_of_a_refusal_is_an_answer);
	tcase_add_test(tc, test_redirect_is_not_followed);
	tcase_add_test(tc, test_answer_without_body_leaves_the_connection_sound);
	tcase_add_test(tc, test_interim_status_is_skipped);
	tcase_add_test(tc, test_only_an_interim_status_is_no_answer);
	tcase_add_test(tc, test_switching_protocols_is_no_answer);
	tcase_add_test(tc, test_http_1_0_without_a_length_ends_with_the_connection);
	tcase_add_test(tc, test_no_http_is_no_answer);
	tcase_add_test(tc, test_chunks_are_joined);
	tcase_add_test(tc, test_bytes_behind_the_length_are_not_the_next_answer);
	tcase_add_test(tc, test_compressed_body_is_unpacked);

	tc = new_case(suite, "faults");
	tcase_add_test(tc, test_truncated_body_is_an_error);
	tcase_add_test(tc, test_truncated_chunks_are_an_error);
	tcase_add_test(tc, test_reset_is_an_error);
	tcase_add_test(tc, test_close_without_an_answer_is_an_error);
	tcase_add_test(tc, test_refused_connection_is_an_error);
	tcase_add_test(tc, test_error_names_the_url_without_secrets_and_query);
	tcase_add_test(tc, test_stall_before_the_answer_times_out);
	tcase_add_test(tc, test_stall_within_the_answer_times_out);
	tcase_add_test(tc, test_slow_drip_passes_while_bytes_come);
	tcase_add_test(tc, test_total_deadline_ends_a_drip);
	tcase_add_test(tc, test_connect_deadline_ends_a_handshake);
	tcase_add_test(tc, test_body_over_the_bound_is_an_error);
	tcase_add_test(tc, test_bound_holds_for_the_unpacked_body);

	tc = new_case(suite, "run");
	tcase_add_test(tc, test_run_asks_side_by_side);
	tcase_add_test(tc, test_run_asks_at_most_eight_at_once);
	tcase_add_test(tc, test_waiting_in_line_counts_for_no_deadline);
	tcase_add_test(tc, test_run_uses_a_connection_again);
	tcase_add_test(tc, test_connection_that_ended_meanwhile_is_no_error);
	tcase_add_test(tc, test_cancel_ends_a_run_that_is_held);
	tcase_add_test(tc, test_cancel_keeps_back_the_answers_that_are_there);
	tcase_add_test(tc, test_done_may_ask_for_more_and_take_the_body);
	tcase_add_test(tc, test_done_can_end_the_run);
	tcase_add_test(tc, test_run_without_requests_returns);

	tc = new_case(suite, "tls");
	tcase_add_test(tc, test_tls_trusts_the_given_ca);
	tcase_add_test(tc, test_tls_refuses_an_unknown_ca);
	tcase_add_test(tc, test_tls_refuses_another_ca_of_the_same_name);
	tcase_add_test(tc, test_tls_refuses_another_name);
	tcase_add_test(tc, test_tls_refuses_an_expired_certificate);
	tcase_add_test(tc, test_tls_refuses_a_certificate_of_the_future);
	tcase_add_test(tc, test_tls_names_a_ca_file_that_is_missing);
	tcase_add_test(tc, test_tls_reads_a_ca_file_that_was_mended);
	return suite;
}

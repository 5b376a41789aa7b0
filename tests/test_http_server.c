/* SPDX-License-Identifier: MPL-2.0 */
#include "http_server.h"
#include "suites.h"

#include <check.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_BODY 1000
#define SECRET "s3cret"
#define GOOD "{\"event\":\"updated\",\"model\":\"ipaddress\",\"data\":{\"id\":42}}"
/* printf '<GOOD>' | openssl dgst -sha512 -hmac s3cret */
#define SIGNATURE "1f12edde0ab484e75469a20d424ae9d3f1be45d60b885ad5b2db1f7f71e9f11c" \
                  "04fcc616d3b6b9dcd85b3c0075c2c5571539c6d6e222dee6482d4cfd7c202521"

static struct nbk_http_server *server;
static struct nbk_http_server_options options;
static struct nbk_log log_sink;
static struct nbk_error err;

static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;
static char log_text[65536];

static atomic_uint health_status;
static atomic_bool health_thread_takes_signals;

/* "NAME argument argument\n" */
static void
write_log(void *context, enum nbk_message message, const char *const *args, size_t count)
{
	size_t i;

	(void)context;
	pthread_mutex_lock(&log_lock);
	strncat(log_text, nbk_message_name(message), sizeof(log_text) - strlen(log_text) - 1);
	for (i = 0; i < count; i++) {
		strncat(log_text, " ", sizeof(log_text) - strlen(log_text) - 1);
		strncat(log_text, args[i], sizeof(log_text) - strlen(log_text) - 1);
	}
	strncat(log_text, "\n", sizeof(log_text) - strlen(log_text) - 1);
	pthread_mutex_unlock(&log_lock);
}

static unsigned
count_logged(const char *text)
{
	const char *found;
	unsigned count = 0;

	pthread_mutex_lock(&log_lock);
	for (found = log_text; (found = strstr(found, text)) != NULL; found++)
		count++;
	pthread_mutex_unlock(&log_lock);
	return count;
}

static unsigned
tell_health(void *context, struct nbk_buf *body)
{
	sigset_t blocked;

	(void)context;
	pthread_sigmask(SIG_BLOCK, NULL, &blocked);
	health_thread_takes_signals =
	    !sigismember(&blocked, SIGTERM) || !sigismember(&blocked, SIGHUP) || !sigismember(&blocked, SIGCHLD);
	nbk_buf_adds(body, "{ \"status\": \"ok\" }");
	return health_status;
}

static void
start(const char *secret)
{
	options.secret = secret;
	server = nbk_http_server_start(&options, &err);
	ck_assert_msg(server != NULL, "%s", err.text);
}

static void
set_up(void)
{
	log_text[0] = '\0';
	health_status = 200;
	nbk_error_clear(&err);
	log_sink = (struct nbk_log){ .write = write_log };
	options = (struct nbk_http_server_options){
		.bind = "127.0.0.1",
		.max_body = MAX_BODY,
		.idle_seconds = 3600, /* no test passes because something timed out */
		.secret_header = "X-netbox2kea-secret",
		.queue = nbk_queue_new(1000),
		.log = &log_sink,
		.health = tell_health,
	};
	ck_assert_ptr_nonnull(options.queue);
}

static void
tear_down(void)
{
	nbk_http_server_stop(server);
	nbk_queue_free(options.queue);
	server = NULL;
}

/* -1: nobody listens. */
static int
dial(uint16_t port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(fd, 0);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	close(fd);
	return -1;
}

static int
dial_server(void)
{
	int fd = dial(nbk_http_server_port(server));

	ck_assert_int_ge(fd, 0);
	return fd;
}

/* Stops where the other end has closed. */
static void
send_bytes(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);

		if (sent <= 0)
			return;
		bytes += sent;
		length -= (size_t)sent;
	}
}

static void
send_text(int fd, const char *text)
{
	send_bytes(fd, text, strlen(text));
}

/* Of the answer that was read last. */
static char head[4096], content[4096];

/* Byte by byte, so that what follows stays for the next call. Returns the status, 0 where the connection ended before. */
static int
read_answer(int fd, bool has_content)
{
	size_t length = 0, wanted = 0;
	const char *field;

	head[0] = content[0] = '\0';
	while (strstr(head, "\r\n\r\n") == NULL) {
		if (length == sizeof(head) - 1 || recv(fd, head + length, 1, 0) != 1)
			return 0;
		head[++length] = '\0';
	}
	field = strstr(head, "Content-Length: ");
	if (has_content && field != NULL)
		wanted = strtoul(field + strlen("Content-Length: "), NULL, 10);
	ck_assert_uint_lt(wanted, sizeof(content));
	if (wanted > 0 && recv(fd, content, wanted, MSG_WAITALL) != (ssize_t)wanted)
		return 0;
	content[wanted] = '\0';
	return atoi(head + strlen("HTTP/1.1 "));
}

static bool
has_ended(int fd)
{
	char byte;

	return recv(fd, &byte, 1, 0) <= 0;
}

static int
ask(const char *request)
{
	int fd = dial_server(), status;

	send_text(fd, request);
	status = read_answer(fd, true);
	close(fd);
	return status;
}

static void
send_post(int fd, const char *path, const char *headers, const char *body)
{
	char text[4096];

	snprintf(text, sizeof(text), "POST %s HTTP/1.1\r\nHost: kea\r\n%sContent-Length: %zu\r\n\r\n%s", path, headers,
	         strlen(body), body);
	send_text(fd, text);
}

static int
post(const char *headers, const char *body)
{
	int fd = dial_server(), status;

	send_post(fd, "/event/netbox/", headers, body);
	status = read_answer(fd, true);
	close(fd);
	return status;
}

/* Takes what waits, which must be this one hint. */
static void
assert_queued(enum nbk_hint_type type, int64_t id)
{
	struct nbk_batch batch;

	ck_assert_int_eq(nbk_queue_take(options.queue, 0, 0, &batch), 1);
	ck_assert_uint_eq(batch.count, 1);
	ck_assert_int_eq(batch.hints[0].type, type);
	ck_assert_int_eq(batch.hints[0].id, id);
	nbk_batch_clear(&batch);
}

static void
assert_nothing_queued(void)
{
	ck_assert_uint_eq(nbk_queue_length(options.queue), 0);
}

START_TEST(test_http_server_queues_a_webhook)
{
	start(NULL);
	ck_assert_int_eq(post("Content-Type: text/plain\r\n", GOOD), 202);
	ck_assert_str_eq(content, "{ \"result\": 0, \"text\": \"queued\" }\n");
	ck_assert_ptr_nonnull(strstr(head, "Content-Type: application/json\r\n"));
	assert_queued(NBK_HINT_ADDRESS, 42);
	ck_assert_uint_eq(count_logged("NETBOX_HINT ipaddress 42 127.0.0.1\n"), 1);
	ck_assert_int_eq(post("", "{\"event\":\"deleted\",\"object_type\":\"ipam.vrf\",\"data\":{\"id\":3}}"), 202);
	assert_queued(NBK_HINT_FULL_SYNC, 0);
}
END_TEST

START_TEST(test_http_server_ignores_other_models)
{
	start(NULL);
	ck_assert_int_eq(post("", "{\"event\":\"updated\",\"model\":\"rack\",\"data\":{\"id\":3}}"), 202);
	ck_assert_ptr_nonnull(strstr(content, "\"result\": 0"));
	assert_nothing_queued();
	ck_assert_uint_eq(count_logged("NETBOX_WEBHOOK_IGNORED rack 127.0.0.1\n"), 1);
}
END_TEST

START_TEST(test_http_server_warns_once_of_a_missing_model)
{
	start(NULL);
	ck_assert_int_eq(post("", "{\"event\":\"updated\",\"model\":\"\",\"data\":{\"id\":3}}"), 202);
	assert_queued(NBK_HINT_FULL_SYNC, 0);
	ck_assert_int_eq(post("", "{\"event\":\"updated\",\"model\":\"\",\"data\":{\"id\":4}}"), 202);
	assert_queued(NBK_HINT_FULL_SYNC, 0);
	ck_assert_uint_eq(count_logged("NETBOX_WEBHOOK_WITHOUT_MODEL"), 1);
}
END_TEST

START_TEST(test_http_server_refuses_malformed_bodies)
{
	static const char *const bodies[] = { "", "x", "{}", "{\"event\":\"updated\",\"model\":\"prefix\",\"data\":{}}" };
	size_t i;

	start(NULL);
	for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		ck_assert_int_eq(post("", bodies[i]), 400);
		ck_assert_ptr_nonnull(strstr(content, "{ \"result\": 1, \"text\": \"malformed: "));
	}
	assert_nothing_queued();
}
END_TEST

START_TEST(test_http_server_knows_its_paths_and_methods)
{
	static const struct {
		const char *line;
		int status;
		const char *allow;
	} requests[] = {
		{ "POST /event/a", 400, NULL }, /* these get as far as their empty body */
		{ "POST /event/a/", 400, NULL },
		{ "POST /event/a%20b/?x=y", 400, NULL },
		{ "POST /event/", 404, NULL },
		{ "POST /event", 404, NULL },
		{ "POST /event//", 404, NULL },
		{ "POST /event/a//", 404, NULL },
		{ "POST /event/a/b", 404, NULL },
		{ "POST /events/a/", 404, NULL },
		{ "POST /", 404, NULL },
		{ "GET /healthy", 404, NULL },
		{ "GET /health//", 404, NULL },
		{ "GET /health", 200, NULL },
		{ "GET /health/", 200, NULL },
		{ "GET /event/a/", 405, "Allow: POST\r\n" },
		{ "PUT /event/a/", 405, "Allow: POST\r\n" },
		{ "DELETE /event/a", 405, "Allow: POST\r\n" },
		{ "POST /health/", 405, "Allow: GET, HEAD\r\n" },
	};
	char text[256];
	size_t i;

	start(NULL);
	for (i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		snprintf(text, sizeof(text), "%s HTTP/1.1\r\nHost: kea\r\n\r\n", requests[i].line);
		ck_assert_msg(ask(text) == requests[i].status, "%s: %s", requests[i].line, head);
		if (requests[i].allow != NULL)
			ck_assert_msg(strstr(head, requests[i].allow) != NULL, "%s: %s", requests[i].line, head);
		if (requests[i].status >= 400)
			ck_assert_ptr_nonnull(strstr(content, "{ \"result\": 1, \"text\": \""));
	}
	assert_nothing_queued();
}
END_TEST

START_TEST(test_http_server_tells_its_health)
{
	int fd;

	start(SECRET);
	ck_assert_int_eq(ask("GET /health/ HTTP/1.0\r\n\r\n"), 200);
	ck_assert_str_eq(content, "{ \"status\": \"ok\" }");
	health_status = 503;
	ck_assert_int_eq(ask("GET /health/ HTTP/1.1\r\nHost: kea\r\n\r\n"), 503);
	ck_assert_str_eq(content, "{ \"status\": \"ok\" }");

	fd = dial_server();
	send_text(fd, "HEAD /health/ HTTP/1.1\r\nHost: kea\r\n\r\nGET /health/ HTTP/1.1\r\nHost: kea\r\n\r\n");
	ck_assert_int_eq(read_answer(fd, false), 503);
	ck_assert_int_eq(read_answer(fd, true), 503);
	close(fd);
}
END_TEST

START_TEST(test_http_server_thread_takes_no_signals)
{
	sigset_t before, after;

	pthread_sigmask(SIG_BLOCK, NULL, &before);
	start(NULL);
	pthread_sigmask(SIG_BLOCK, NULL, &after);
	ck_assert_int_eq(sigismember(&before, SIGTERM), sigismember(&after, SIGTERM));
	ck_assert_int_eq(ask("GET /health/ HTTP/1.1\r\nHost: kea\r\n\r\n"), 200);
	ck_assert(!health_thread_takes_signals);
}
END_TEST

START_TEST(test_http_server_keeps_connections_alive)
{
	int fd, i;

	start(NULL);
	fd = dial_server();
	for (i = 0; i < 3; i++) {
		send_post(fd, "/event/netbox/", "", GOOD);
		ck_assert_int_eq(read_answer(fd, true), 202);
		assert_queued(NBK_HINT_ADDRESS, 42);
		send_post(fd, "/event/netbox/", "", "nonsense");
		ck_assert_int_eq(read_answer(fd, true), 400);
		send_post(fd, "/elsewhere/", "", GOOD);
		ck_assert_int_eq(read_answer(fd, true), 404);
	}
	close(fd);
	assert_nothing_queued();
}
END_TEST

START_TEST(test_http_server_takes_a_body_in_pieces)
{
	char text[512];
	int fd;
	size_t i;

	start(NULL);
	fd = dial_server();
	snprintf(text, sizeof(text),
	         "POST /event/a HTTP/1.1\r\nHost: kea\r\nTransfer-Encoding: chunked\r\n\r\n"
	         "5\r\n%.5s\r\n%zx\r\n%s\r\n0\r\n\r\n",
	         GOOD, strlen(GOOD) - 5, &GOOD[5]);
	send_text(fd, text);
	ck_assert_int_eq(read_answer(fd, true), 202);
	assert_queued(NBK_HINT_ADDRESS, 42);
	snprintf(text, sizeof(text), "POST /event/a HTTP/1.1\r\nHost: kea\r\nContent-Length: %zu\r\n\r\n%s", strlen(GOOD), GOOD);
	for (i = 0; text[i] != '\0'; i++)
		send_bytes(fd, text + i, 1);
	ck_assert_int_eq(read_answer(fd, true), 202);
	assert_queued(NBK_HINT_ADDRESS, 42);
	snprintf(text, sizeof(text), "POST /event/a HTTP/1.1\r\nHost: kea\r\nExpect: 100-continue\r\nContent-Length: %zu\r\n\r\n",
	         strlen(GOOD));
	send_text(fd, text);
	ck_assert_int_eq(read_answer(fd, false), 100);
	send_text(fd, GOOD);
	ck_assert_int_eq(read_answer(fd, true), 202);
	assert_queued(NBK_HINT_ADDRESS, 42);
	close(fd);
}
END_TEST

/* GOOD and blanks behind it. */
static void
fill_body(char *body, size_t length)
{
	memset(body, ' ', length);
	memcpy(body, GOOD, strlen(GOOD));
	body[length] = '\0';
}

START_TEST(test_http_server_refuses_a_large_body)
{
	static const size_t megabytes = 3 << 20;
	char body[MAX_BODY + 2], *large = calloc(1, megabytes);
	int fd;

	ck_assert_ptr_nonnull(large);
	start(NULL);
	fill_body(body, MAX_BODY);
	ck_assert_int_eq(post("", body), 202);
	assert_queued(NBK_HINT_ADDRESS, 42);
	fill_body(body, MAX_BODY + 1);
	ck_assert_int_eq(post("", body), 413);
	ck_assert_ptr_nonnull(strstr(content, "{ \"result\": 1, \"text\": \""));

	/* Its answer comes before the body, and who sends it all the same can read the answer. */
	ck_assert_int_eq(ask("POST /event/a HTTP/1.1\r\nHost: kea\r\nContent-Length: 3145728\r\n\r\n"), 413);
	fd = dial_server();
	send_text(fd, "POST /event/a HTTP/1.1\r\nHost: kea\r\nContent-Length: 3145728\r\n\r\n");
	send_bytes(fd, large, megabytes);
	ck_assert_int_eq(read_answer(fd, true), 413);
	ck_assert(has_ended(fd));
	close(fd);

	fd = dial_server();
	send_text(fd, "POST /event/a HTTP/1.1\r\nHost: kea\r\nExpect: 100-continue\r\nContent-Length: 3145728\r\n\r\n");
	ck_assert_int_eq(read_answer(fd, true), 413);
	ck_assert(has_ended(fd));
	close(fd);
	assert_nothing_queued();
	ck_assert_uint_eq(count_logged("NETBOX_WEBHOOK_REFUSED 127.0.0.1 the body is larger"), 1);
	free(large);
}
END_TEST

START_TEST(test_http_server_counts_a_chunked_body)
{
	char chunk[128];
	int fd, i;

	start(NULL);
	snprintf(chunk, sizeof(chunk), "64\r\n%100s\r\n", "");
	fd = dial_server();
	send_text(fd, "POST /event/a HTTP/1.1\r\nHost: kea\r\nTransfer-Encoding: chunked\r\n\r\n");
	for (i = 0; i < 10; i++)
		send_text(fd, chunk);
	send_text(fd, "1\r\n \r\n"); /* one over it: the answer does not wait for the end */
	ck_assert_int_eq(read_answer(fd, true), 413);
	send_text(fd, chunk);
	send_text(fd, "0\r\n\r\n");
	ck_assert(has_ended(fd));
	close(fd);
}
END_TEST

START_TEST(test_http_server_without_secret_looks_at_no_headers)
{
	start("");
	ck_assert_int_eq(post("X-Hook-Signature: 00\r\nX-netbox2kea-secret: no\r\n", GOOD), 202);
	assert_queued(NBK_HINT_ADDRESS, 42);
}
END_TEST

START_TEST(test_http_server_asks_for_secret_or_signature)
{
	static const struct {
		const char *headers;
		int status;
	} requests[] = {
		{ "", 403 },
		{ "X-netbox2kea-secret: " SECRET "\r\n", 202 },
		{ "x-NETBOX2kea-secret: " SECRET "\r\n", 202 },
		{ "X-netbox2kea-secret: S3cret\r\n", 403 },
		{ "X-netbox2kea-secret: \r\n", 403 },
		{ "X-Secret: " SECRET "\r\n", 403 },
		{ "X-Hook-Signature: " SIGNATURE "\r\n", 202 },
		{ "X-Hook-Signature: " SIGNATURE "0\r\n", 403 },
		{ "X-Hook-Signature: \r\n", 403 },
		{ "X-Hook-Signature: " SECRET "\r\n", 403 },
		{ "X-Hook-Signature: " SIGNATURE "\r\nX-netbox2kea-secret: S3cret\r\n", 202 },
		{ "X-Hook-Signature: 00\r\nX-netbox2kea-secret: " SECRET "\r\n", 403 },
		{ "X-netbox2kea-secret: " SECRET "\r\nX-Hook-Signature: \r\n", 403 },
	};
	size_t i;

	start(SECRET);
	for (i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		ck_assert_msg(post(requests[i].headers, GOOD) == requests[i].status, "%s: %s", requests[i].headers, head);
		if (requests[i].status == 202)
			assert_queued(NBK_HINT_ADDRESS, 42);
		else
			assert_nothing_queued();
	}
	/* Before it is parsed. */
	ck_assert_int_eq(post("", "nonsense"), 403);
	ck_assert_int_eq(post("X-Hook-Signature: " SIGNATURE "\r\n", "nonsense"), 403);
	ck_assert_int_eq(post("X-netbox2kea-secret: " SECRET "\r\n", "nonsense"), 400);
	ck_assert_uint_eq(count_logged(SECRET), 0);
}
END_TEST

START_TEST(test_http_server_names_another_header)
{
	options.secret_header = "X-Other";
	start(SECRET);
	ck_assert_int_eq(post("X-netbox2kea-secret: " SECRET "\r\n", GOOD), 403);
	ck_assert_int_eq(post("X-Other: " SECRET "\r\n", GOOD), 202);
}
END_TEST

START_TEST(test_http_server_logs_a_refusal_once_until_a_good_one_comes)
{
	int round, i;

	start(SECRET);
	for (round = 1; round <= 2; round++) {
		for (i = 0; i < 5; i++) {
			ck_assert_int_eq(post("", GOOD), 403);
			ck_assert_int_eq(post("X-Hook-Signature: 00\r\n", GOOD), 403);
			ck_assert_int_eq(post("X-netbox2kea-secret: " SECRET "\r\n", "nonsense"), 400);
			ck_assert_int_eq(ask("POST /webhook/ HTTP/1.1\r\nHost: kea\r\n\r\n"), 404);
		}
		ck_assert_uint_eq(count_logged("NETBOX_WEBHOOK_REFUSED 127.0.0.1 it has neither"), round);
		ck_assert_uint_eq(count_logged("NETBOX_WEBHOOK_REFUSED 127.0.0.1 its signature is wrong"), round);
		ck_assert_uint_eq(count_logged("NETBOX_WEBHOOK_REFUSED 127.0.0.1 malformed: not a JSON object"), round);
		ck_assert_uint_eq(count_logged("NETBOX_WEBHOOK_REFUSED 127.0.0.1 its path"), round);
		ck_assert_uint_eq(count_logged("NETBOX_WEBHOOK_REFUSED"), 4 * round);
		ck_assert_int_eq(post("X-netbox2kea-secret: " SECRET "\r\n", GOOD), 202);
	}
}
END_TEST

/* Waits until `wanted` of the connections have ended. */
static void
wait_for_ends(const int *fds, size_t count, size_t wanted)
{
	struct pollfd *polled = calloc(count, sizeof(*polled));
	size_t i;

	ck_assert_ptr_nonnull(polled);
	for (i = 0; i < count; i++)
		polled[i] = (struct pollfd){ .fd = fds[i], .events = POLLIN };
	while (wanted > 0) {
		ck_assert_int_gt(poll(polled, count, -1), 0);
		for (i = 0; i < count && wanted > 0; i++) {
			if (polled[i].revents == 0)
				continue;
			ck_assert(has_ended(fds[i]));
			polled[i].fd = -1; /* no more of it */
			wanted--;
		}
	}
	free(polled);
}

#define CROWD 1000
#define OPEN_AT_MOST 64

START_TEST(test_http_server_is_not_stopped_by_a_thousand_half_bodies)
{
	struct rlimit limit;
	int fds[CROWD], i;

	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = limit.rlim_max;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	ck_assert_uint_gt(limit.rlim_cur, CROWD + 500);
	start(NULL);
	for (i = 0; i < CROWD; i++) {
		fds[i] = dial_server();
		send_text(fds[i], "POST /event/a HTTP/1.1\r\nHost: kea\r\nContent-Length: 100\r\n\r\n{\"event\":");
	}
	ck_assert_int_eq(post("", GOOD), 202);
	assert_queued(NBK_HINT_ADDRESS, 42);
	/* Kea keeps its file descriptors. */
	wait_for_ends(fds, CROWD, CROWD - OPEN_AT_MOST);
	for (i = 0; i < CROWD; i++)
		close(fds[i]);
}
END_TEST

START_TEST(test_http_server_evicts_who_finished_nothing)
{
	int good, fds[3 * OPEN_AT_MOST], i;

	start(NULL);
	good = dial_server();
	send_post(good, "/event/a", "", GOOD);
	ck_assert_int_eq(read_answer(good, true), 202);
	for (i = 0; i < 3 * OPEN_AT_MOST; i++) {
		fds[i] = dial_server();
		send_text(fds[i], "POST /event/a HTTP/1.1\r\n");
		if (i % 20 == 0) { /* the older connection keeps its place by being useful */
			send_post(good, "/event/a", "", GOOD);
			ck_assert_int_eq(read_answer(good, true), 202);
		}
	}
	send_post(good, "/event/a", "", GOOD);
	ck_assert_int_eq(read_answer(good, true), 202);
	close(good);
	for (i = 0; i < 3 * OPEN_AT_MOST; i++)
		close(fds[i]);
}
END_TEST

#define HEAVY_BODY (256 << 10)
#define HEAVY_BODIES 40

START_TEST(test_http_server_keeps_a_bounded_number_of_bodies)
{
	char text[128], *half = malloc(HEAVY_BODY / 2);
	int fds[HEAVY_BODIES], i;

	ck_assert_ptr_nonnull(half);
	memset(half, ' ', HEAVY_BODY / 2);
	options.max_body = HEAVY_BODY;
	start(NULL);
	snprintf(text, sizeof(text), "POST /event/a HTTP/1.1\r\nHost: kea\r\nContent-Length: %d\r\n\r\n", HEAVY_BODY);
	for (i = 0; i < HEAVY_BODIES; i++) {
		fds[i] = dial_server();
		send_text(fds[i], text);
		send_bytes(fds[i], half, HEAVY_BODY / 2);
		ck_assert_int_eq(post("", GOOD), 202);
	}
	/* What is kept is eight of the largest, which are sixteen halves. */
	wait_for_ends(fds, HEAVY_BODIES, HEAVY_BODIES - 16);
	for (i = 0; i < HEAVY_BODIES; i++)
		close(fds[i]);
	free(half);
}
END_TEST

START_TEST(test_http_server_ends_idle_connections)
{
	int silent, half;

	options.idle_seconds = 1;
	start(NULL);
	silent = dial_server();
	half = dial_server();
	send_text(half, "POST /event/a HTTP/1.1\r\nHost: kea\r\nContent-Length: 100\r\n\r\n{");
	ck_assert(has_ended(silent));
	ck_assert(has_ended(half));
	close(silent);
	close(half);
}
END_TEST

START_TEST(test_http_server_stop_does_not_wait_for_clients)
{
	uint16_t port;
	int silent, half, kept;

	start(NULL);
	port = nbk_http_server_port(server);
	silent = dial_server();
	half = dial_server();
	send_text(half, "POST /event/a HTTP/1.1\r\nHost: kea\r\nContent-Length: 100\r\n\r\n{");
	kept = dial_server();
	send_post(kept, "/event/a", "", GOOD);
	ck_assert_int_eq(read_answer(kept, true), 202);
	nbk_http_server_stop(server);
	server = NULL;
	ck_assert(has_ended(silent));
	ck_assert(has_ended(half));
	ck_assert(has_ended(kept));
	ck_assert_int_eq(dial(port), -1);
	close(silent);
	close(half);
	close(kept);
}
END_TEST

/* Posts one webhook after the other until one is not taken. Returns how many were; *last is the status then. */
struct poster {
	uint16_t port;
	unsigned taken;
	int last;
};

static void *
post_until_refused(void *context)
{
	struct poster *poster = context;
	char body[128];
	int fd;

	poster->last = 202;
	while (poster->last == 202 && (fd = dial(poster->port)) >= 0) {
		snprintf(body, sizeof(body), "{\"event\":\"updated\",\"model\":\"prefix\",\"data\":{\"id\":%u}}",
		         poster->taken + 1);
		send_post(fd, "/event/a", "", body);
		poster->last = read_answer(fd, true);
		if (poster->last == 202)
			poster->taken++;
		close(fd);
	}
	return NULL;
}

START_TEST(test_http_server_stop_loses_no_webhook_that_was_taken)
{
	int round;

	for (round = 0; round < 20; round++) {
		struct nbk_batch batch;
		struct poster poster = { 0 };
		pthread_t thread;

		start(NULL);
		poster.port = nbk_http_server_port(server);
		ck_assert_int_eq(pthread_create(&thread, NULL, post_until_refused, &poster), 0);
		ck_assert_int_eq(nbk_queue_take(options.queue, 0, -1, &batch), 1);
		nbk_http_server_stop(server);
		server = NULL;
		pthread_join(thread, NULL);
		/* The answer to the last one may have been cut off. */
		ck_assert_uint_ge(batch.count + nbk_queue_length(options.queue), poster.taken);
		ck_assert_uint_le(batch.count + nbk_queue_length(options.queue), poster.taken + 1);
		ck_assert_msg(poster.last == 202 || poster.last == 503 || poster.last == 0, "%d", poster.last);
		nbk_batch_clear(&batch);
		if (nbk_queue_take(options.queue, 0, 0, &batch) == 1)
			nbk_batch_clear(&batch);
	}
}
END_TEST

START_TEST(test_http_server_start_says_why_it_can_not)
{
	char expected[128];
	uint16_t port;

	start(NULL);
	port = nbk_http_server_port(server);
	options.port = port;
	ck_assert_ptr_null(nbk_http_server_start(&options, &err));
	ck_assert_int_eq(err.code, NBK_ETEMP);
	snprintf(expected, sizeof(expected), "can't listen on 127.0.0.1 port %u: Address already in use", port);
	ck_assert_str_eq(err.text, expected);

	/* Free again at once, though connections of before linger. */
	ck_assert_int_eq(post("", GOOD), 202);
	nbk_http_server_stop(server);
	nbk_error_clear(&err);
	start(NULL);
	ck_assert_uint_eq(nbk_http_server_port(server), port);

	options.bind = "240.0.0.1"; /* nobody's, RFC 1112 */
	options.port = 0;
	ck_assert_ptr_null(nbk_http_server_start(&options, &err));
	ck_assert_str_eq(err.text, "can't listen on 240.0.0.1 port 0: Cannot assign requested address");
	nbk_error_clear(&err);
	options.bind = "localhost";
	ck_assert_ptr_null(nbk_http_server_start(&options, &err));
	ck_assert_int_eq(err.code, NBK_ECONFIG);
}
END_TEST

START_TEST(test_http_server_start_says_where_it_listens)
{
	static const struct {
		const char *bind, *secret;
		unsigned warnings;
	} binds[] = {
		{ "127.0.0.1", NULL, 0 }, { "127.0.0.2", NULL, 0 }, { "::1", NULL, 0 },
		{ "0.0.0.0", SECRET, 0 }, { "0.0.0.0", NULL, 1 },   { "::", NULL, 1 },
	};
	char expected[128];
	size_t i;

	for (i = 0; i < sizeof(binds) / sizeof(binds[0]); i++) {
		log_text[0] = '\0';
		options.bind = binds[i].bind;
		start(binds[i].secret);
		snprintf(expected, sizeof(expected), "NETBOX_LISTENING %s %u\n", binds[i].bind, nbk_http_server_port(server));
		ck_assert_uint_eq(count_logged(expected), 1);
		snprintf(expected, sizeof(expected), "NETBOX_BIND_NOT_LOOPBACK %s\n", binds[i].bind);
		ck_assert_uint_eq(count_logged(expected), binds[i].warnings);
		nbk_http_server_stop(server);
		server = NULL;
	}
}
END_TEST

START_TEST(test_http_server_listens_on_ipv6)
{
	struct sockaddr_in6 address = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

	options.bind = "::1";
	start(NULL);
	address.sin6_port = htons(nbk_http_server_port(server));
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	send_post(fd, "/event/a", "", GOOD);
	ck_assert_int_eq(read_answer(fd, true), 202);
	ck_assert_uint_eq(count_logged("NETBOX_HINT ipaddress 42 ::1\n"), 1);
	close(fd);
}
END_TEST

Suite *
suite_http_server(void)
{
	Suite *suite = suite_create("http_server");
	TCase *tcase = tcase_create("http_server");

	tcase_set_timeout(tcase, 120);
	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, test_http_server_queues_a_webhook);
	tcase_add_test(tcase, test_http_server_ignores_other_models);
	tcase_add_test(tcase, test_http_server_warns_once_of_a_missing_model);
	tcase_add_test(tcase, test_http_server_refuses_malformed_bodies);
	tcase_add_test(tcase, test_http_server_knows_its_paths_and_methods);
	tcase_add_test(tcase, test_http_server_tells_its_health);
	tcase_add_test(tcase, test_http_server_thread_takes_no_signals);
	tcase_add_test(tcase, test_http_server_keeps_connections_alive);
	tcase_add_test(tcase, test_http_server_takes_a_body_in_pieces);
	tcase_add_test(tcase, test_http_server_refuses_a_large_body);
	tcase_add_test(tcase, test_http_server_counts_a_chunked_body);
	tcase_add_test(tcase, test_http_server_without_secret_looks_at_no_headers);
	tcase_add_test(tcase, test_http_server_asks_for_secret_or_signature);
	tcase_add_test(tcase, test_http_server_names_another_header);
	tcase_add_test(tcase, test_http_server_logs_a_refusal_once_until_a_good_one_comes);
	tcase_add_test(tcase, test_http_server_is_not_stopped_by_a_thousand_half_bodies);
	tcase_add_test(tcase, test_http_server_evicts_who_finished_nothing);
	tcase_add_test(tcase, test_http_server_keeps_a_bounded_number_of_bodies);
	tcase_add_test(tcase, test_http_server_ends_idle_connections);
	tcase_add_test(tcase, test_http_server_stop_does_not_wait_for_clients);
	tcase_add_test(tcase, test_http_server_stop_loses_no_webhook_that_was_taken);
	tcase_add_test(tcase, test_http_server_start_says_why_it_can_not);
	tcase_add_test(tcase, test_http_server_start_says_where_it_listens);
	tcase_add_test(tcase, test_http_server_listens_on_ipv6);
	suite_add_tcase(suite, tcase);
	return suite;
}

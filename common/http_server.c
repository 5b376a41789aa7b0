/* SPDX-License-Identifier: MPL-2.0 */
#include "http_server.h"

#include "listen.h"
#include "webhook.h"

#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Few: Kea needs its file descriptors for leases and packets; and libmicrohttpd 0.9.75 fetches up to 128 events at a time and, if
 * just so many are there, waits for more before it looks at any, a call to stop included. */
#define MAX_CONNECTIONS 100
#define CROWD 64     /* with more than these the one that has been useless for longest goes */
#define MAX_BODIES 8 /* all bodies that are kept at one time, in max_body */
#define MAX_SWALLOW (64UL << 20)
#define DEFAULT_IDLE_SECONDS 10

#define SIGNATURE_HEADER "X-Hook-Signature"

#define PEER_TEXT 64

#define STATUS_TOO_LARGE 413 /* the library's name for it differs between its versions */

/* Why a webhook was refused. */
enum reason {
	REASON_PATH,
	REASON_TOO_LARGE,
	REASON_SECRET,
	REASON_SIGNATURE,
	REASON_MALFORMED,
	REASON_COUNT,
};

/* A connection and the request on it: HTTP/1.1 has one at a time. */
struct client {
	TAILQ_ENTRY(client) entry;
	int fd;
	bool in_request;
	bool evicted;       /* out of the list, its socket shut down: it waits to be closed */
	bool answered;      /* before its body had come */
	unsigned status;    /* not 0: the request is refused, its body is read but not kept */
	const char *text;   /* why, static */
	const char *allow;  /* the methods of a 405, static */
	size_t received;
	struct nbk_buf body;
};

TAILQ_HEAD(client_list, client);

/* All but `stopping` belongs to the library's thread once that runs. */
struct nbk_http_server {
	struct nbk_http_server_options options;
	struct MHD_Daemon *daemon;
	uint16_t port;
	atomic_bool stopping;
	struct client_list clients; /* the one that finished a request, or came, longest ago is first */
	size_t client_count;
	size_t kept;                /* bytes of bodies */
	bool said[REASON_COUNT];    /* this refusal was logged and no good webhook came since */
	bool said_without_model;
};

static void
get_peer(struct MHD_Connection *connection, char peer[PEER_TEXT])
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	socklen_t length;

	snprintf(peer, PEER_TEXT, "?");
	if (info == NULL || info->client_addr == NULL)
		return;
	length = info->client_addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
	getnameinfo(info->client_addr, length, peer, PEER_TEXT, NULL, 0, NI_NUMERICHOST);
}

/* Logs a refusal, of each reason only the first since the last good webhook: who floods us must not flood the log. */
static void
complain(struct nbk_http_server *server, struct MHD_Connection *connection, enum reason reason, const char *text)
{
	char peer[PEER_TEXT];

	if (server->said[reason])
		return;
	server->said[reason] = true;
	get_peer(connection, peer);
	nbk_log(server->options.log, NETBOX_WEBHOOK_REFUSED_MESSAGE, peer, text);
}

/* Kea's manner of an answer. */
static void
add_answer(struct nbk_buf *buf, unsigned status, const char *text)
{
	nbk_buf_addf(buf, "{ \"result\": %d, \"text\": ", status < 400 ? 0 : 1);
	nbk_buf_add_json(buf, text);
	nbk_buf_adds(buf, " }\n");
}

/* Takes the text of `body`. */
static enum MHD_Result
send_body(struct MHD_Connection *connection, unsigned status, const char *allow, struct nbk_buf *body)
{
	struct MHD_Response *response;
	enum MHD_Result rc = MHD_NO;
	size_t length = body->length;
	char *text = nbk_buf_take(body);

	if (text == NULL)
		return MHD_NO;
	response = MHD_create_response_from_buffer(length, text, MHD_RESPMEM_MUST_FREE);
	if (response == NULL) {
		free(text);
		return MHD_NO;
	}
	if (MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json") == MHD_YES &&
	    (allow == NULL || MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, allow) == MHD_YES))
		rc = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return rc;
}

static enum MHD_Result
send_answer(struct MHD_Connection *connection, unsigned status, const char *allow, const char *text)
{
	struct nbk_buf body;

	nbk_buf_init(&body, NBK_BUF_UNBOUND);
	add_answer(&body, status, text);
	return send_body(connection, status, allow, &body);
}

static void
forget_body(struct nbk_http_server *server, struct client *client)
{
	server->kept -= client->body.length;
	nbk_buf_clear(&client->body);
}

/* The library closes the connection when it reads the end that this makes. */
static void
evict(struct nbk_http_server *server, struct client *client)
{
	TAILQ_REMOVE(&server->clients, client, entry);
	server->client_count--;
	client->evicted = true;
	forget_body(server, client);
	shutdown(client->fd, SHUT_RDWR);
}

/* Makes room for `client`, whose request is under way: of the others that hold a body the oldest go. */
static void
make_room(struct nbk_http_server *server, const struct client *client, size_t length)
{
	struct client *other = TAILQ_FIRST(&server->clients);

	while (other != NULL && server->kept + length > MAX_BODIES * server->options.max_body) {
		struct client *next = TAILQ_NEXT(other, entry);

		if (other != client && other->body.length > 0)
			evict(server, other);
		other = next;
	}
}

static void
refuse(struct client *client, unsigned status, const char *text)
{
	client->status = status;
	client->text = text;
}

/* True where the client waits for a "100 Continue" before it sends the body. */
static bool
expects(struct MHD_Connection *connection)
{
	return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_EXPECT) != NULL;
}

/* The library takes an answer only before or behind a whole body; and before means that it closes the socket while the client still
 * sends, which then sees a reset instead of why. So this one is written past the library, and what still comes of the body is
 * read, up to a bound. */
static void
answer_too_large(struct nbk_http_server *server, struct MHD_Connection *connection, struct client *client)
{
	struct nbk_buf body, head;

	refuse(client, STATUS_TOO_LARGE, "the body is larger than max-body-bytes");
	complain(server, connection, REASON_TOO_LARGE, client->text);
	forget_body(server, client);
	if (client->received == 0 && expects(connection))
		return; /* nothing is under way: the usual answer will do */
	nbk_buf_init(&body, NBK_BUF_UNBOUND);
	nbk_buf_init(&head, NBK_BUF_UNBOUND);
	add_answer(&body, client->status, client->text);
	nbk_buf_addf(&head, "HTTP/1.1 %u %s\r\n", client->status, MHD_get_reason_phrase_for(client->status));
	nbk_buf_addf(&head, "Connection: close\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", body.length,
	             nbk_buf_text(&body));
	client->answered = !body.failed && !head.failed &&
	                   send(client->fd, head.text, head.length, MSG_DONTWAIT | MSG_NOSIGNAL) > 0;
	nbk_buf_clear(&body);
	nbk_buf_clear(&head);
}

static bool
is_event_path(const char *url)
{
	const char *segment = url + strlen("/event/");
	size_t length;

	if (strncmp(url, "/event/", strlen("/event/")) != 0)
		return false;
	length = strcspn(segment, "/");
	return length > 0 && (segment[length] == '\0' || segment[length + 1] == '\0');
}

static bool
is_health_path(const char *url)
{
	return strcmp(url, "/health") == 0 || strcmp(url, "/health/") == 0;
}

/* What the headers say of the secret: 1 it passes, 0 the body must tell, -1 it does not pass. */
static int
check_headers(const struct nbk_http_server *server, struct MHD_Connection *connection)
{
	const char *header;

	if (server->options.secret == NULL)
		return 1;
	if (MHD_lookup_connection_value(connection, MHD_HEADER_KIND, SIGNATURE_HEADER) != NULL)
		return 0;
	header = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, server->options.secret_header);
	return header != NULL && nbk_webhook_secret_equal(header, server->options.secret) ? 1 : -1;
}

/* Refuses all that can be refused before the body has come. */
static void
check_request(struct nbk_http_server *server, struct MHD_Connection *connection, struct client *client, const char *url,
              const char *method)
{
	const char *length = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
	bool is_post = strcmp(method, MHD_HTTP_METHOD_POST) == 0;

	if (is_health_path(url)) {
		if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0) {
			refuse(client, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET and HEAD are allowed");
			client->allow = "GET, HEAD";
		}
	} else if (!is_event_path(url)) {
		refuse(client, MHD_HTTP_NOT_FOUND, "there is POST /event/<name>/ and GET /health/");
		if (is_post)
			complain(server, connection, REASON_PATH, "its path is not /event/<name>/");
	} else if (!is_post) {
		refuse(client, MHD_HTTP_METHOD_NOT_ALLOWED, "only POST is allowed");
		client->allow = "POST";
	} else if (length != NULL && strtoull(length, NULL, 10) > server->options.max_body) {
		answer_too_large(server, connection, client);
	} else if (check_headers(server, connection) < 0) {
		refuse(client, MHD_HTTP_FORBIDDEN, "wrong secret");
		complain(server, connection, REASON_SECRET, "it has neither the right secret nor a signature");
	}
}

/* A part of the body. MHD_NO ends the connection. */
static enum MHD_Result
receive(struct nbk_http_server *server, struct MHD_Connection *connection, struct client *client, const char *bytes, size_t length)
{
	client->received += length;
	if (client->status == 0 && client->received > server->options.max_body)
		answer_too_large(server, connection, client);
	if (client->status != 0)
		return client->received > MAX_SWALLOW ? MHD_NO : MHD_YES;
	make_room(server, client, length);
	nbk_buf_add(&client->body, bytes, length);
	if (client->body.failed)
		return MHD_NO;
	server->kept += length;
	return MHD_YES;
}

/* A webhook whose sender is trusted. */
static enum MHD_Result
accept_webhook(struct nbk_http_server *server, struct MHD_Connection *connection, const struct client *client)
{
	struct nbk_error err = { .code = NBK_OK };
	char peer[PEER_TEXT], id[24], model[64], text[sizeof(err.text) + 16];
	struct nbk_hint hint;
	enum nbk_webhook_verdict verdict;

	verdict = nbk_webhook_parse(nbk_buf_text(&client->body), client->body.length, &hint, model, &err);
	if (verdict == NBK_WEBHOOK_MALFORMED) {
		snprintf(text, sizeof(text), "malformed: %s", err.text);
		complain(server, connection, REASON_MALFORMED, text);
		return send_answer(connection, MHD_HTTP_BAD_REQUEST, NULL, text);
	}
	memset(server->said, 0, sizeof(server->said));
	get_peer(connection, peer);
	if (verdict == NBK_WEBHOOK_IGNORED) {
		nbk_log(server->options.log, NETBOX_WEBHOOK_IGNORED_MESSAGE, model, peer);
		return send_answer(connection, MHD_HTTP_ACCEPTED, NULL, "ignored: this model is not synced");
	}
	if (verdict == NBK_WEBHOOK_WITHOUT_MODEL && !server->said_without_model) {
		server->said_without_model = true;
		nbk_log(server->options.log, NETBOX_WEBHOOK_WITHOUT_MODEL_MESSAGE, peer);
	}
	snprintf(id, sizeof(id), "%lld", (long long)hint.id);
	nbk_log(server->options.log, NETBOX_HINT_MESSAGE, nbk_hint_type_text(hint.type), id, peer);
	nbk_queue_push(server->options.queue, hint);
	return send_answer(connection, MHD_HTTP_ACCEPTED, NULL, "queued");
}

static enum MHD_Result
answer_health(const struct nbk_http_server *server, struct MHD_Connection *connection)
{
	struct nbk_buf body;
	unsigned status;

	nbk_buf_init(&body, NBK_BUF_UNBOUND);
	status = server->options.health(server->options.context, &body);
	return send_body(connection, status, NULL, &body);
}

/* The whole request is here. */
static enum MHD_Result
answer(struct nbk_http_server *server, struct MHD_Connection *connection, struct client *client, const char *url)
{
	const char *signature = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, SIGNATURE_HEADER);

	if (client->answered)
		return MHD_NO;
	if (client->status != 0)
		return send_answer(connection, client->status, client->allow, client->text);
	if (atomic_load(&server->stopping))
		return send_answer(connection, MHD_HTTP_SERVICE_UNAVAILABLE, NULL, "shutting down");
	if (is_health_path(url))
		return answer_health(server, connection);
	if (server->options.secret != NULL && signature != NULL &&
	    !nbk_webhook_signed(nbk_buf_text(&client->body), client->body.length, server->options.secret, signature)) {
		complain(server, connection, REASON_SIGNATURE, "its signature is wrong: NetBox has another secret");
		return send_answer(connection, MHD_HTTP_FORBIDDEN, NULL, "wrong signature");
	}
	return accept_webhook(server, connection, client);
}

/* The library calls this when the headers are here, for each part of the body, and once more at its end. */
static enum MHD_Result
handle(void *context, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
       const char *bytes, size_t *length, void **request)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct nbk_http_server *server = context;
	struct client *client = info == NULL ? NULL : info->socket_context;
	enum MHD_Result rc;

	(void)version;
	if (client == NULL || client->evicted)
		return MHD_NO;
	if (!client->in_request) {
		client->in_request = true;
		*request = client;
		check_request(server, connection, client, url, method);
		if (client->status != 0 && !client->answered && expects(connection))
			return answer(server, connection, client, url);
		return MHD_YES;
	}
	if (*length > 0) {
		rc = receive(server, connection, client, bytes, *length);
		*length = 0;
		return rc;
	}
	TAILQ_REMOVE(&server->clients, client, entry);
	TAILQ_INSERT_TAIL(&server->clients, client, entry);
	return answer(server, connection, client, url);
}

static void
end_request(void *context, struct MHD_Connection *connection, void **request, enum MHD_RequestTerminationCode code)
{
	struct client *client = *request;

	(void)connection;
	(void)code;
	if (client == NULL)
		return;
	forget_body(context, client);
	client->in_request = client->answered = false;
	client->status = 0;
	client->allow = NULL;
	client->received = 0;
	*request = NULL;
}

static void
open_client(struct nbk_http_server *server, struct MHD_Connection *connection, void **socket_context)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct client *client = info == NULL ? NULL : calloc(1, sizeof(*client));

	*socket_context = client;
	if (client == NULL)
		return; /* its first request ends it */
	client->fd = info->connect_fd;
	nbk_buf_init(&client->body, server->options.max_body);
	TAILQ_INSERT_TAIL(&server->clients, client, entry);
	server->client_count++;
	if (server->client_count > CROWD)
		evict(server, TAILQ_FIRST(&server->clients));
}

static void
close_client(struct nbk_http_server *server, struct client *client)
{
	if (client == NULL)
		return;
	if (!client->evicted) {
		TAILQ_REMOVE(&server->clients, client, entry);
		server->client_count--;
	}
	forget_body(server, client);
	free(client);
}

static void
notify_connection(void *context, struct MHD_Connection *connection, void **socket_context, enum MHD_ConnectionNotificationCode code)
{
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		open_client(context, connection, socket_context);
	} else {
		close_client(context, *socket_context);
		*socket_context = NULL;
	}
}

/* Takes the socket. */
static int
start_daemon(struct nbk_http_server *server, int fd, bool v6, struct nbk_error *err)
{
	unsigned flags = MHD_USE_AUTO_INTERNAL_THREAD | MHD_USE_ITC | (v6 ? MHD_USE_IPv6 : 0);
	unsigned idle = server->options.idle_seconds == 0 ? DEFAULT_IDLE_SECONDS : server->options.idle_seconds;
	struct stat before, after;
	sigset_t all, old;
	int saved;

	fstat(fd, &before);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old); /* the thread inherits it: signals are for Kea's main thread */
	server->daemon = MHD_start_daemon(flags, 0, NULL, NULL, handle, server,
	                                  MHD_OPTION_LISTEN_SOCKET, fd,
	                                  MHD_OPTION_CONNECTION_LIMIT, (unsigned)MAX_CONNECTIONS,
	                                  MHD_OPTION_CONNECTION_TIMEOUT, idle,
	                                  MHD_OPTION_NOTIFY_CONNECTION, notify_connection, server,
	                                  MHD_OPTION_NOTIFY_COMPLETED, end_request, server,
	                                  MHD_OPTION_END);
	saved = errno;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (server->daemon != NULL)
		return 0;
	/* The library closes the socket where some things fail and leaves it where others do. */
	if (fstat(fd, &after) == 0 && before.st_dev == after.st_dev && before.st_ino == after.st_ino)
		close(fd);
	return nbk_error_set(err, NBK_ETEMP, "can't start the HTTP server: %s", strerror(saved));
}

static void
free_server(struct nbk_http_server *server)
{
	free((char *)server->options.bind);
	if (server->options.secret != NULL)
		explicit_bzero((char *)server->options.secret, strlen(server->options.secret));
	free((char *)server->options.secret);
	free((char *)server->options.secret_header);
	free(server);
}

/* New: the server, not yet listening. */
static struct nbk_http_server *
new_server(const struct nbk_http_server_options *options)
{
	struct nbk_http_server *server = calloc(1, sizeof(*server));
	bool has_secret = options->secret != NULL && options->secret[0] != '\0';

	if (server == NULL)
		return NULL;
	TAILQ_INIT(&server->clients);
	atomic_init(&server->stopping, false);
	server->options = *options;
	server->options.bind = strdup(options->bind);
	server->options.secret = has_secret ? strdup(options->secret) : NULL;
	server->options.secret_header = strdup(options->secret_header);
	if (server->options.bind == NULL || server->options.secret_header == NULL ||
	    (has_secret && server->options.secret == NULL)) {
		free_server(server);
		return NULL;
	}
	return server;
}

struct nbk_http_server *
nbk_http_server_start(const struct nbk_http_server_options *options, struct nbk_error *err)
{
	struct nbk_http_server *server = new_server(options);
	struct nbk_listen_at at;
	char port[8];
	int fd;

	if (server == NULL) {
		nbk_error_nomem(err);
		return NULL;
	}
	fd = nbk_listen(options->bind, options->port, &at, err);
	if (fd < 0 || start_daemon(server, fd, at.v6, err) < 0) {
		free_server(server);
		return NULL;
	}
	server->port = at.port;
	snprintf(port, sizeof(port), "%u", server->port);
	nbk_log(options->log, NETBOX_LISTENING_MESSAGE, options->bind, port);
	if (server->options.secret == NULL && !at.loopback)
		nbk_log(options->log, NETBOX_BIND_NOT_LOOPBACK_MESSAGE, options->bind);
	return server;
}

void
nbk_http_server_stop(struct nbk_http_server *server)
{
	if (server == NULL)
		return;
	atomic_store(&server->stopping, true);
	MHD_stop_daemon(server->daemon);
	free_server(server);
}

uint16_t
nbk_http_server_port(const struct nbk_http_server *server)
{
	return server->port;
}

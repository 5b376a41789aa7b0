/* SPDX-License-Identifier: MPL-2.0 */
#include "loopback.h"

#include "../common/buf.h"

#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_CONNECTIONS 64
#define MAX_SCRIPTS 64
#define MAX_HEAD 65536
#define DAY 86400

struct script {
	const char *path;
	struct loopback_answer answer;
	bool used;
};

struct connection {
	struct loopback *server;
	pthread_t thread;
	int fd; /* -1: closed */
	gnutls_session_t tls;
};

struct loopback {
	pthread_mutex_t lock; /* of all that follows, but for what never changes after the start */
	pthread_cond_t changed;
	bool stopping;
	bool released;
	unsigned requests;
	unsigned open; /* requests without their answer */
	unsigned most;
	struct nbk_buf heads;
	struct script scripts[MAX_SCRIPTS];
	unsigned script_count;
	struct connection connections[MAX_CONNECTIONS];
	unsigned connection_count;
	int listener;
	unsigned port;
	pthread_t thread;
	gnutls_certificate_credentials_t credentials; /* NULL: no TLS */
	char ca_file[32];
};

static void
need(bool condition, const char *what)
{
	if (condition)
		return;
	perror(what);
	abort();
}

static bool
send_all(struct connection *connection, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t n = connection->tls == NULL ? send(connection->fd, bytes, length, MSG_NOSIGNAL)
		                                    : gnutls_record_send(connection->tls, bytes, length);

		if (n <= 0)
			return false;
		bytes += n;
		length -= (size_t)n;
	}
	return true;
}

/* False: the other side is gone. */
static bool
receive_head(struct connection *connection, struct nbk_buf *head)
{
	char bytes[4096];

	while (strstr(nbk_buf_text(head), "\r\n\r\n") == NULL) {
		ssize_t n = connection->tls == NULL ? recv(connection->fd, bytes, sizeof(bytes), 0)
		                                    : gnutls_record_recv(connection->tls, bytes, sizeof(bytes));

		if (n <= 0)
			return false;
		nbk_buf_add(head, bytes, (size_t)n);
		if (head->failed)
			return false;
	}
	return true;
}

static bool
is_for(const struct script *script, const char *head)
{
	const char *target = strchr(head, ' ');
	size_t length = target == NULL ? 0 : strcspn(target + 1, "? \r");

	if (script->path == NULL)
		return true;
	if (strchr(script->path, '?') != NULL)
		return target != NULL && strncmp(target + 1, script->path, strlen(script->path)) == 0;
	return target != NULL && strlen(script->path) == length && strncmp(target + 1, script->path, length) == 0;
}

/* Takes note of a request and finds its answer. */
static struct loopback_answer
take_request(struct loopback *server, const char *head)
{
	struct loopback_answer answer = { .status = 404 };
	unsigned i;

	pthread_mutex_lock(&server->lock);
	server->requests++;
	server->open++;
	if (server->open > server->most)
		server->most = server->open;
	nbk_buf_adds(&server->heads, head);
	for (i = 0; i < server->script_count; i++) {
		struct script *script = &server->scripts[i];

		if (!is_for(script, head))
			continue;
		answer = script->answer;
		if (script->used)
			continue;
		script->used = true;
		break;
	}
	pthread_cond_broadcast(&server->changed);
	while (!server->stopping && ((answer.hold && !server->released) || server->requests < answer.gather))
		pthread_cond_wait(&server->changed, &server->lock);
	pthread_mutex_unlock(&server->lock);
	return answer;
}

/* False: the server stops. */
static bool
pause_for(struct loopback *server, unsigned ms)
{
	struct timespec until;
	bool goes_on;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += ms / 1000 + (until.tv_nsec / 1000000 + ms % 1000) / 1000;
	until.tv_nsec = (until.tv_nsec / 1000000 + ms % 1000) % 1000 * 1000000;
	pthread_mutex_lock(&server->lock);
	while (!server->stopping && pthread_cond_timedwait(&server->changed, &server->lock, &until) == 0)
		;
	goes_on = !server->stopping;
	pthread_mutex_unlock(&server->lock);
	return goes_on;
}

static bool
drip(struct connection *connection, const char *bytes, size_t length, unsigned pause_ms)
{
	for (; length > 0; length--, bytes++)
		if (!pause_for(connection->server, pause_ms) || !send_all(connection, bytes, 1))
			return false;
	return true;
}

static bool
send_answer(struct connection *connection, const struct loopback_answer *answer)
{
	const char *body = answer->raw != NULL ? answer->raw : answer->body != NULL ? answer->body : "";
	size_t length = answer->body_length == 0 ? strlen(body) : answer->body_length;
	char head[1024];
	int n;

	if (answer->raw == NULL) {
		n = snprintf(head, sizeof(head), "HTTP/1.1 %d Scripted\r\nContent-Length: %zu\r\n%s\r\n",
		             answer->status == 0 ? 200 : answer->status, length, answer->headers == NULL ? "" : answer->headers);
		need(n > 0 && (size_t)n < sizeof(head), "headers of a scripted answer");
		if (!send_all(connection, head, (size_t)n))
			return false;
	}
	length -= answer->cut;
	if (answer->drip_ms > 0)
		return drip(connection, body, length, answer->drip_ms);
	return send_all(connection, body, length);
}

/* One request and its answer. False: the connection ends. */
static bool
serve(struct connection *connection)
{
	struct loopback *server = connection->server;
	struct linger reset = { .l_onoff = 1, .l_linger = 0 };
	struct loopback_answer answer;
	struct nbk_buf head;
	bool goes_on;

	nbk_buf_init(&head, MAX_HEAD);
	if (!receive_head(connection, &head)) {
		nbk_buf_clear(&head);
		return false;
	}
	answer = take_request(server, nbk_buf_text(&head));
	nbk_buf_clear(&head);
	/* Before the answer: who has it may start another request before we have the lock. */
	pthread_mutex_lock(&server->lock);
	server->open--;
	goes_on = !server->stopping;
	pthread_mutex_unlock(&server->lock);
	goes_on = goes_on && send_answer(connection, &answer) && answer.end == LOOPBACK_KEEP;
	if (answer.end == LOOPBACK_RESET)
		setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	return goes_on;
}

static bool
start_tls(struct connection *connection)
{
	int result;

	if (connection->server->credentials == NULL)
		return true;
	need(gnutls_init(&connection->tls, GNUTLS_SERVER | GNUTLS_NO_SIGNAL) == 0, "gnutls_init");
	gnutls_set_default_priority(connection->tls);
	gnutls_credentials_set(connection->tls, GNUTLS_CRD_CERTIFICATE, connection->server->credentials);
	gnutls_transport_set_int(connection->tls, connection->fd);
	do
		result = gnutls_handshake(connection->tls);
	while (result < 0 && !gnutls_error_is_fatal(result));
	return result == 0;
}

static void *
connection_main(void *context)
{
	struct connection *connection = context;

	if (start_tls(connection))
		while (serve(connection))
			;
	if (connection->tls != NULL)
		gnutls_deinit(connection->tls);
	pthread_mutex_lock(&connection->server->lock);
	close(connection->fd);
	connection->fd = -1;
	pthread_mutex_unlock(&connection->server->lock);
	return NULL;
}

static void *
server_main(void *context)
{
	struct loopback *server = context;
	struct connection *connection;
	int fd;

	while ((fd = accept(server->listener, NULL, NULL)) >= 0) {
		pthread_mutex_lock(&server->lock);
		if (server->stopping) {
			close(fd);
		} else {
			need(server->connection_count < MAX_CONNECTIONS, "too many connections to the loopback server");
			connection = &server->connections[server->connection_count++];
			connection->server = server;
			connection->fd = fd;
			need(pthread_create(&connection->thread, NULL, connection_main, connection) == 0, "pthread_create");
		}
		pthread_mutex_unlock(&server->lock);
	}
	return NULL;
}

static gnutls_x509_crt_t
make_certificate(const char *common_name, gnutls_x509_privkey_t key, time_t from, time_t until)
{
	unsigned char serial[1] = { 1 };
	gnutls_x509_crt_t certificate;

	need(gnutls_x509_crt_init(&certificate) == 0 && gnutls_x509_crt_set_version(certificate, 3) == 0 &&
	     gnutls_x509_crt_set_key(certificate, key) == 0 &&
	     gnutls_x509_crt_set_serial(certificate, serial, sizeof(serial)) == 0 &&
	     gnutls_x509_crt_set_activation_time(certificate, from) == 0 &&
	     gnutls_x509_crt_set_expiration_time(certificate, until) == 0 &&
	     gnutls_x509_crt_set_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, common_name,
	                                   (unsigned)strlen(common_name)) == 0, "make a certificate");
	return certificate;
}

static void
write_pem(char file[32], gnutls_x509_crt_t certificate)
{
	gnutls_datum_t pem;
	int fd;

	strcpy(file, "/tmp/nbk-loopback-XXXXXX");
	fd = mkstemp(file);
	need(fd >= 0 && gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, &pem) == 0 &&
	     write(fd, pem.data, pem.size) == (ssize_t)pem.size, "write the CA's certificate");
	close(fd);
	gnutls_free(pem.data);
}

static void
make_identity(struct loopback *server, const struct loopback_identity *identity)
{
	static const unsigned char address[4] = { 127, 0, 0, 1 };
	time_t now = time(NULL);
	time_t from = identity->from == 0 ? now - DAY : identity->from;
	time_t until = identity->until == 0 ? now + DAY : identity->until;
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_t ca;
	gnutls_x509_crt_t own;
	int named;

	need(gnutls_x509_privkey_init(&key) == 0 &&
	     gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0) == 0, "make a key");
	/* One key for both is enough for a test. */
	ca = make_certificate(identity->ca == NULL ? "loopback CA" : identity->ca, key, now - DAY, now + DAY);
	own = make_certificate("loopback server", key, from, until);
	if (identity->name == NULL)
		named = gnutls_x509_crt_set_subject_alt_name(own, GNUTLS_SAN_IPADDRESS, address, sizeof(address), GNUTLS_FSAN_SET);
	else
		named = gnutls_x509_crt_set_subject_alt_name(own, GNUTLS_SAN_DNSNAME, identity->name,
		                                             (unsigned)strlen(identity->name), GNUTLS_FSAN_SET);
	need(named == 0 && gnutls_x509_crt_set_basic_constraints(ca, 1, -1) == 0 &&
	     gnutls_x509_crt_set_key_usage(ca, GNUTLS_KEY_KEY_CERT_SIGN) == 0 &&
	     gnutls_x509_crt_sign2(ca, ca, key, GNUTLS_DIG_SHA256, 0) == 0 &&
	     gnutls_x509_crt_sign2(own, ca, key, GNUTLS_DIG_SHA256, 0) == 0, "sign certificates");
	need(gnutls_certificate_allocate_credentials(&server->credentials) == 0 &&
	     gnutls_certificate_set_x509_key(server->credentials, &own, 1, key) == 0, "use a certificate");
	write_pem(server->ca_file, ca);
	gnutls_x509_crt_deinit(ca);
	gnutls_x509_crt_deinit(own);
	gnutls_x509_privkey_deinit(key);
}

static void
start_listening(struct loopback *server)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);

	server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	need(server->listener >= 0 && bind(server->listener, (struct sockaddr *)&address, sizeof(address)) == 0 &&
	     listen(server->listener, MAX_CONNECTIONS) == 0 &&
	     getsockname(server->listener, (struct sockaddr *)&address, &length) == 0, "listen on loopback");
	server->port = ntohs(address.sin_port);
	need(pthread_create(&server->thread, NULL, server_main, server) == 0, "pthread_create");
}

struct loopback *
loopback_start_tls(const struct loopback_identity *identity)
{
	struct loopback *server = calloc(1, sizeof(*server));

	need(server != NULL, "calloc");
	pthread_mutex_init(&server->lock, NULL);
	pthread_cond_init(&server->changed, NULL);
	nbk_buf_init(&server->heads, NBK_BUF_UNBOUND);
	if (identity != NULL)
		make_identity(server, identity);
	start_listening(server);
	return server;
}

struct loopback *
loopback_start(void)
{
	return loopback_start_tls(NULL);
}

void
loopback_stop(struct loopback *server)
{
	unsigned i;

	if (server == NULL)
		return;
	pthread_mutex_lock(&server->lock);
	server->stopping = true;
	for (i = 0; i < server->connection_count; i++)
		if (server->connections[i].fd >= 0)
			shutdown(server->connections[i].fd, SHUT_RDWR);
	pthread_cond_broadcast(&server->changed);
	pthread_mutex_unlock(&server->lock);
	shutdown(server->listener, SHUT_RDWR);
	pthread_join(server->thread, NULL);
	for (i = 0; i < server->connection_count; i++)
		pthread_join(server->connections[i].thread, NULL);
	close(server->listener);
	if (server->credentials != NULL) {
		gnutls_certificate_free_credentials(server->credentials);
		unlink(server->ca_file);
	}
	nbk_buf_clear(&server->heads);
	pthread_cond_destroy(&server->changed);
	pthread_mutex_destroy(&server->lock);
	free(server);
}

void
loopback_script(struct loopback *server, const char *path, struct loopback_answer answer)
{
	pthread_mutex_lock(&server->lock);
	need(server->script_count < MAX_SCRIPTS, "too many scripted answers");
	server->scripts[server->script_count++] = (struct script){ .path = path, .answer = answer };
	pthread_mutex_unlock(&server->lock);
}

void
loopback_release(struct loopback *server)
{
	pthread_mutex_lock(&server->lock);
	server->released = true;
	pthread_cond_broadcast(&server->changed);
	pthread_mutex_unlock(&server->lock);
}

char *
loopback_url(const struct loopback *server, const char *path)
{
	struct nbk_buf url;

	nbk_buf_init(&url, NBK_BUF_UNBOUND);
	nbk_buf_addf(&url, "%s://127.0.0.1:%u%s", server->credentials == NULL ? "http" : "https", server->port, path);
	return nbk_buf_take(&url);
}

const char *
loopback_ca_file(const struct loopback *server)
{
	return server->ca_file;
}

void
loopback_wait(struct loopback *server, unsigned requests)
{
	pthread_mutex_lock(&server->lock);
	while (server->requests < requests)
		pthread_cond_wait(&server->changed, &server->lock);
	pthread_mutex_unlock(&server->lock);
}

/* What the lock guards, read by the test's thread. */
static unsigned
locked(struct loopback *server, const unsigned *value)
{
	unsigned copy;

	pthread_mutex_lock(&server->lock);
	copy = *value;
	pthread_mutex_unlock(&server->lock);
	return copy;
}

unsigned
loopback_requests(struct loopback *server)
{
	return locked(server, &server->requests);
}

unsigned
loopback_connections(struct loopback *server)
{
	return locked(server, &server->connection_count);
}

unsigned
loopback_most(struct loopback *server)
{
	return locked(server, &server->most);
}

char *
loopback_heads(struct loopback *server)
{
	struct nbk_buf heads;

	nbk_buf_init(&heads, NBK_BUF_UNBOUND);
	pthread_mutex_lock(&server->lock);
	nbk_buf_adds(&heads, nbk_buf_text(&server->heads));
	pthread_mutex_unlock(&server->lock);
	return nbk_buf_take(&heads);
}

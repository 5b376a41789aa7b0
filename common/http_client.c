/* SPDX-License-Identifier: MPL-2.0 */
#include "http_client.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef PACKAGE_VERSION
#define USER_AGENT "kea-netbox/" PACKAGE_VERSION
#else
#define USER_AGENT "kea-netbox"
#endif

#define DEFAULT_PARALLEL 8
#define MAX_WAIT_MS 3600000 /* curl's own timers, bytes and nbk_http_cancel end a wait */

struct request {
	struct request *next;
	void *cookie;
	char *url;
	char *shown; /* for error texts; curl's */
};

/* One request under way. The easy handle is set up once; the connections live in the multi handle. */
struct transfer {
	struct nbk_http *http;
	CURL *easy;
	struct request *request; /* NULL: idle */
	struct nbk_buf body;
	bool over_bound;
	int64_t moved_ms;   /* when the last byte came */
	curl_off_t arrived; /* bytes by then */
	char detail[CURL_ERROR_SIZE];
};

struct nbk_http {
	CURLM *multi;
	struct curl_slist *headers;
	struct transfer *transfers;
	unsigned max_parallel;
	unsigned active;
	unsigned stall_timeout_ms;
	struct request *waiting;
	struct request **waiting_end;
	unsigned long requests;
	atomic_bool cancelled;
};

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;
static CURLcode curl_state;

/* Never undone: others in this process may use curl, and a resolver thread that hangs outlives us. */
static void
init_curl(void)
{
	curl_state = curl_global_init(CURL_GLOBAL_DEFAULT);
}

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
request_free(struct request *request)
{
	if (request == NULL)
		return;
	free(request->url);
	curl_free(request->shown);
	free(request);
}

/* The URL as an operator may read it: a query can be longer than any error text, and user and password are nobody's business.
 * New, curl's; NULL: not a URL. */
static char *
shown_url(const char *url)
{
	CURLU *parts = curl_url();
	char *shown = NULL;

	if (parts != NULL && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK) {
		curl_url_set(parts, CURLUPART_USER, NULL, 0);
		curl_url_set(parts, CURLUPART_PASSWORD, NULL, 0);
		curl_url_set(parts, CURLUPART_QUERY, NULL, 0);
		curl_url_set(parts, CURLUPART_FRAGMENT, NULL, 0);
		curl_url_get(parts, CURLUPART_URL, &shown, 0);
	}
	curl_url_cleanup(parts);
	return shown;
}

static size_t
take_body(char *bytes, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;

	if (size * count > transfer->body.max - transfer->body.length)
		transfer->over_bound = true;
	nbk_buf_add(&transfer->body, bytes, size * count);
	return transfer->body.failed ? 0 : size * count;
}

static int
set_tls(CURL *easy, const struct nbk_http_options *options)
{
	int failed = 0;

	failed |= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, options->verify_tls ? 1L : 0L);
	failed |= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, options->verify_tls ? 2L : 0L);
	failed |= curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (options->ca_file != NULL) {
		failed |= curl_easy_setopt(easy, CURLOPT_CAINFO, options->ca_file);
		/* Debian's libcurl would look into /etc/ssl/certs as well. */
		failed |= curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	}
#if LIBCURL_VERSION_NUM >= 0x075700
	/* Else curl keeps what it read for a day, and a file that was mended would not help before. */
	failed |= curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, options->ca_file == NULL ? 60L : 0L);
#endif
	return failed;
}

static int
transfer_init(struct transfer *transfer, struct nbk_http *http, const struct nbk_http_options *options, struct nbk_error *err)
{
	CURL *easy = curl_easy_init();
	int failed = 0;

	if (easy == NULL)
		return nbk_error_nomem(err);
	transfer->http = http;
	transfer->easy = easy;
	nbk_buf_init(&transfer->body, options->max_body);
	failed |= set_tls(easy, options);
#if LIBCURL_VERSION_NUM >= 0x075500
	failed |= curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
	failed |= curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
	failed |= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
	failed |= curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#endif
	/* A guest goes where its parameters say; what the environment says may be meant for others. */
	failed |= curl_easy_setopt(easy, CURLOPT_PROXY, "");
	failed |= curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	failed |= curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	failed |= curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	failed |= curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
	failed |= curl_easy_setopt(easy, CURLOPT_USERAGENT, USER_AGENT);
	failed |= curl_easy_setopt(easy, CURLOPT_HTTPHEADER, http->headers);
	failed |= curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)options->connect_timeout_ms);
	failed |= curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)options->total_timeout_ms);
	failed |= curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	failed |= curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
	failed |= curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->detail);
	failed |= curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
	if (failed != 0)
		return nbk_error_set(err, NBK_ECONFIG, "%s can't do what is needed for NetBox, or memory ran out", curl_version());
	return 0;
}

static int
add_header(struct nbk_http *http, const char *header)
{
	struct curl_slist *longer = header == NULL ? NULL : curl_slist_append(http->headers, header);

	if (longer == NULL)
		return -1;
	http->headers = longer;
	return 0;
}

static int
set_headers(struct nbk_http *http, const char *authorization, struct nbk_error *err)
{
	const unsigned char *c;
	struct nbk_buf header;
	int result;

	if (add_header(http, "Accept: application/json") < 0)
		return nbk_error_nomem(err);
	if (authorization == NULL)
		return 0;
	for (c = (const unsigned char *)authorization; *c != '\0'; c++)
		if (*c < 0x20 || *c == 0x7f)
			return nbk_error_set(err, NBK_ECONFIG, "the NetBox token contains a line break or another control character");
	nbk_buf_init(&header, NBK_BUF_UNBOUND);
	nbk_buf_addf(&header, "Authorization: %s", authorization);
	result = header.failed ? -1 : add_header(http, nbk_buf_text(&header));
	nbk_buf_clear(&header);
	return result < 0 ? nbk_error_nomem(err) : 0;
}

static int
init(struct nbk_http *http, const struct nbk_http_options *options, struct nbk_error *err)
{
	unsigned i;

	atomic_init(&http->cancelled, false);
	http->waiting_end = &http->waiting;
	http->stall_timeout_ms = options->stall_timeout_ms;
	http->max_parallel = options->max_parallel == 0 ? DEFAULT_PARALLEL : options->max_parallel;
	http->transfers = calloc(http->max_parallel, sizeof(*http->transfers));
	http->multi = curl_multi_init();
	if (http->transfers == NULL || http->multi == NULL)
		return nbk_error_nomem(err);
#if LIBCURL_VERSION_NUM >= 0x081400
	/* From 8.20 on the resolver threads are the multi handle's. */
	curl_multi_setopt(http->multi, CURLMOPT_QUICK_EXIT, 1L);
#endif
	if (set_headers(http, options->authorization, err) < 0)
		return -1;
	for (i = 0; i < http->max_parallel; i++)
		if (transfer_init(&http->transfers[i], http, options, err) < 0)
			return -1;
	return 0;
}

struct nbk_http *
nbk_http_new(const struct nbk_http_options *options, struct nbk_error *err)
{
	struct nbk_http *http;

	pthread_once(&curl_once, init_curl);
	if (curl_state != CURLE_OK) {
		nbk_error_set(err, NBK_ETEMP, "libcurl can't start: %s", curl_easy_strerror(curl_state));
		return NULL;
	}
	http = calloc(1, sizeof(*http));
	if (http == NULL) {
		nbk_error_nomem(err);
		return NULL;
	}
	if (init(http, options, err) < 0) {
		nbk_http_free(http);
		return NULL;
	}
	return http;
}

/* Ends a transfer and makes it idle; the request is the caller's now. */
static struct request *
release(struct transfer *transfer)
{
	struct request *request = transfer->request;

	curl_multi_remove_handle(transfer->http->multi, transfer->easy);
	transfer->request = NULL;
	transfer->http->active--;
	return request;
}

static void
drop_all(struct nbk_http *http)
{
	struct request *request;
	unsigned i;

	for (i = 0; http->active > 0 && i < http->max_parallel; i++) {
		if (http->transfers[i].request == NULL)
			continue;
		request_free(release(&http->transfers[i]));
		nbk_buf_clear(&http->transfers[i].body);
	}
	while ((request = http->waiting) != NULL) {
		http->waiting = request->next;
		request_free(request);
	}
	http->waiting_end = &http->waiting;
}

void
nbk_http_free(struct nbk_http *http)
{
	unsigned i;

	if (http == NULL)
		return;
	drop_all(http);
	for (i = 0; http->transfers != NULL && i < http->max_parallel; i++)
		curl_easy_cleanup(http->transfers[i].easy);
	curl_multi_cleanup(http->multi);
	curl_slist_free_all(http->headers);
	free(http->transfers);
	free(http);
}

int
nbk_http_get(struct nbk_http *http, const char *url, void *cookie, struct nbk_error *err)
{
	struct request *request = calloc(1, sizeof(*request));

	if (request == NULL)
		return nbk_error_nomem(err);
	request->cookie = cookie;
	request->url = strdup(url);
	request->shown = shown_url(url);
	if (request->url == NULL) {
		request_free(request);
		return nbk_error_nomem(err);
	}
	if (request->shown == NULL) {
		request_free(request);
		/* Without the URL: what can't be parsed may hide a password anywhere. */
		return nbk_error_set(err, NBK_ECONFIG, "what is to be asked of NetBox is not a URL");
	}
	*http->waiting_end = request;
	http->waiting_end = &request->next;
	return 0;
}

/* Moves the first request in line onto an idle transfer. */
static int
begin(struct transfer *transfer, struct nbk_error *err)
{
	struct nbk_http *http = transfer->http;
	struct request *request = http->waiting;

	if (curl_easy_setopt(transfer->easy, CURLOPT_URL, request->url) != CURLE_OK)
		return nbk_error_nomem(err);
	nbk_buf_clear(&transfer->body);
	transfer->over_bound = false;
	transfer->detail[0] = '\0';
	transfer->moved_ms = now_ms();
	transfer->arrived = 0;
	if (curl_multi_add_handle(http->multi, transfer->easy) != CURLM_OK)
		return nbk_error_nomem(err);
	http->waiting = request->next;
	if (http->waiting == NULL)
		http->waiting_end = &http->waiting;
	request->next = NULL;
	transfer->request = request;
	http->active++;
	http->requests++;
	return 0;
}

static int
begin_waiting(struct nbk_http *http, struct nbk_error *err)
{
	unsigned i;

	for (i = 0; http->waiting != NULL && i < http->max_parallel; i++)
		if (http->transfers[i].request == NULL && begin(&http->transfers[i], err) < 0)
			return -1;
	return 0;
}

/* Curl's "after 151 ms", which is another each time: a fault is said once as long as its text stays the same. */
static void
cut_time(char *detail)
{
	char *from = strstr(detail, " after "), *to;

	if (from == NULL || from[7] < '0' || from[7] > '9')
		return;
	to = from + strcspn(from, ":");
	memmove(from, to, strlen(to) + 1);
}

/* What curl says, to be printed: parts of it (names in a certificate) are the other side's. */
static const char *
detail_of(struct transfer *transfer, CURLcode code)
{
	char *c;

	if (transfer->detail[0] == '\0')
		snprintf(transfer->detail, sizeof(transfer->detail), "%s", curl_easy_strerror(code));
	for (c = transfer->detail; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	cut_time(transfer->detail);
	return transfer->detail;
}

/* One code of curl's stands for several mistakes with a remedy each; its text tells them apart, whatever its TLS library is. */
static const char *
verification_fault(const char *detail)
{
	if (strstr(detail, "subject name") != NULL || strstr(detail, "common name") != NULL)
		return "the certificate is for another name; netbox-url must use a name that is in the certificate";
	if (strstr(detail, "expired") != NULL || strstr(detail, "expiration") != NULL)
		return "the certificate has expired; renew it on the NetBox server, or mend this machine's clock";
	if (strstr(detail, "not yet") != NULL)
		return "the certificate is not valid yet; mend this machine's clock, or the certificate";
	return "the certificate comes from a CA that is not trusted; netbox-ca-file must name that CA's certificate";
}

/* What happened, in the operator's words; NULL: curl's own say it. */
static const char *
fault(CURLcode code, const char *detail)
{
	static const struct {
		CURLcode code;
		const char *text;
	} faults[] = {
		{ CURLE_OPERATION_TIMEDOUT, "no answer in time" },
		{ CURLE_COULDNT_RESOLVE_HOST, "the host's name could not be resolved" },
		{ CURLE_COULDNT_CONNECT, "could not connect" },
		/* All that OpenSSL says of a new CA with the old one's name is that decoding failed. */
		{ CURLE_SSL_CONNECT_ERROR, "the TLS handshake failed (is that port TLS, is netbox-ca-file its CA's present certificate?)" },
		{ CURLE_SSL_CACERT_BADFILE, "the CA file can't be used; netbox-ca-file must name a readable PEM file" },
		{ CURLE_GOT_NOTHING, "the connection was closed without an answer" },
		{ CURLE_SEND_ERROR, "the connection broke" },
		{ CURLE_RECV_ERROR, "the connection broke" },
		{ CURLE_PARTIAL_FILE, "the answer is not whole" },
	};
	size_t i;

	if (code == CURLE_PEER_FAILED_VERIFICATION)
		return verification_fault(detail);
	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (faults[i].code == code)
			return faults[i].text;
	return NULL;
}

/* Says in *err why the transfer has no answer, if so. */
static void
judge(struct transfer *transfer, CURLcode code, struct nbk_error *err)
{
	enum nbk_errc class = code == CURLE_OPERATION_TIMEDOUT ? NBK_ETIMEOUT : NBK_ETEMP;
	const char *detail;
	const char *what;
	long status = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	if (code == CURLE_OK && status < 200) {
		nbk_error_set(err, NBK_ETEMP, "status %ld is no answer", status);
	} else if (transfer->over_bound) {
		nbk_error_set(err, NBK_ETEMP, "the answer is longer than the bound of %zu bytes", transfer->body.max);
	} else if (transfer->body.failed || code == CURLE_OUT_OF_MEMORY) {
		nbk_error_nomem(err);
	} else if (code != CURLE_OK) {
		detail = detail_of(transfer, code);
		what = fault(code, detail);
		nbk_error_set(err, class, "%s%s%s", what == NULL ? "" : what, what == NULL ? "" : ": ", detail);
	}
}

/* True where no byte came for too long; else *wait_ms shrinks to when that may be. Not curl's low speed limit: that looks at a mean
 * of some seconds, so a byte every two seconds would be as bad as none. */
static bool
has_stalled(struct transfer *transfer, int64_t now, int *wait_ms)
{
	curl_off_t connected_us = 0;
	curl_off_t body = 0;
	long head = 0;
	int64_t left;

	curl_easy_getinfo(transfer->easy, CURLINFO_PRETRANSFER_TIME_T, &connected_us);
	curl_easy_getinfo(transfer->easy, CURLINFO_SIZE_DOWNLOAD_T, &body);
	curl_easy_getinfo(transfer->easy, CURLINFO_HEADER_SIZE, &head);
	if (connected_us == 0 || head + body != transfer->arrived) {
		transfer->moved_ms = now;
		transfer->arrived = head + body;
	}
	left = transfer->moved_ms + transfer->http->stall_timeout_ms - now;
	if (left > 0 && left < *wait_ms)
		*wait_ms = (int)left;
	return left <= 0;
}

/* A transfer that ended, its error in *err where it has one; NULL: none, and none can stall within *wait_ms. */
static struct transfer *
ended_transfer(struct nbk_http *http, int *wait_ms, struct nbk_error *err)
{
	int64_t now = now_ms();
	struct transfer *transfer;
	CURLMsg *message;
	unsigned i;
	int left;

	message = curl_multi_info_read(http->multi, &left);
	if (message != NULL) { /* there is no other message than CURLMSG_DONE */
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
		judge(transfer, message->data.result, err);
		return transfer;
	}
	for (i = 0; http->stall_timeout_ms > 0 && i < http->max_parallel; i++) {
		transfer = &http->transfers[i];
		if (transfer->request == NULL || !has_stalled(transfer, now, wait_ms))
			continue;
		nbk_error_set(err, NBK_ETIMEOUT, "no answer in time: no byte for %u ms", http->stall_timeout_ms);
		return transfer;
	}
	return NULL;
}

static int
deliver(struct transfer *transfer, const struct nbk_error *error, int (*done)(void *context, struct nbk_http_answer *answer),
        void *context)
{
	struct request *request = release(transfer);
	struct nbk_http_answer answer = { .error = *error, .content_type = "", .shown = request->shown };
	const char *content_type = NULL;
	long status = 0;
	int result;

	if (error->code == NBK_OK) {
		curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
		curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_TYPE, &content_type);
		answer.status = (int)status;
		answer.content_type = content_type == NULL ? "" : content_type;
	} else {
		nbk_error_context(&answer.error, "%.200s", request->shown);
		nbk_buf_clear(&transfer->body);
	}
	answer.cookie = request->cookie;
	answer.url = request->url;
	answer.body = transfer->body;
	nbk_buf_init(&transfer->body, answer.body.max);
	result = done(context, &answer);
	nbk_buf_clear(&answer.body);
	request_free(request);
	return result;
}

static int
run(struct nbk_http *http, int (*done)(void *context, struct nbk_http_answer *answer), void *context, struct nbk_error *err)
{
	while (!atomic_load(&http->cancelled)) {
		struct nbk_error failure = { .code = NBK_OK };
		struct transfer *transfer;
		int wait_ms = MAX_WAIT_MS;
		CURLMcode code;
		int running;

		if (begin_waiting(http, err) < 0)
			return -1;
		if (http->active == 0)
			return 0;
		code = curl_multi_perform(http->multi, &running);
		transfer = code == CURLM_OK ? ended_transfer(http, &wait_ms, &failure) : NULL;
		if (transfer != NULL) {
			if (deliver(transfer, &failure, done, context) < 0)
				return -1;
			continue;
		}
		if (code == CURLM_OK)
			code = curl_multi_poll(http->multi, NULL, 0, wait_ms, NULL);
		if (code != CURLM_OK)
			return nbk_error_set(err, NBK_ETEMP, "libcurl: %s", curl_multi_strerror(code));
	}
	return nbk_error_set(err, NBK_ECANCELED, "stopped while asking NetBox");
}

int
nbk_http_run(struct nbk_http *http, int (*done)(void *context, struct nbk_http_answer *answer), void *context,
             struct nbk_error *err)
{
	int result = run(http, done, context, err);

	drop_all(http);
	return result;
}

void
nbk_http_cancel(struct nbk_http *http)
{
	atomic_store(&http->cancelled, true);
	curl_multi_wakeup(http->multi);
}

unsigned long
nbk_http_requests(const struct nbk_http *http)
{
	return http->requests;
}

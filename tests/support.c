/* SPDX-License-Identifier: MPL-2.0 */
#include "support.h"

#include <check.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct nbk_buf lines = { .max = NBK_BUF_UNBOUND };

struct json_object *
json(const char *text)
{
	struct json_object *object = json_tokener_parse(text);

	ck_assert_msg(object != NULL, "not JSON: %s", text);
	return object;
}

struct nbk_config *
config_with(const char *parameters)
{
	return config_of(4, parameters);
}

struct nbk_config *
config_of(uint8_t family, const char *parameters)
{
	struct nbk_config *config;
	struct nbk_buf faults;
	char *text;

	nbk_buf_init(&faults, 4096);
	ck_assert_int_gt(asprintf(&text, "{'netbox-url': '" NETBOX_URL "'%s%s}", *parameters == '\0' ? "" : ", ", parameters), 0);
	config = nbk_config_parse(text, family, &faults);
	ck_assert_msg(config != NULL, "%s", nbk_buf_text(&faults));
	free(text);
	nbk_buf_clear(&faults);
	return config;
}

char *
faults_of(uint8_t family, const char *parameters)
{
	struct nbk_buf faults;
	struct nbk_config *config;

	nbk_buf_init(&faults, 8192);
	config = nbk_config_parse(parameters, family, &faults);
	ck_assert_int_eq(config == NULL, faults.length > 0);
	nbk_config_free(config);
	return nbk_buf_take(&faults);
}

struct nbk_net
net(const char *text)
{
	struct nbk_net made;

	ck_assert_msg(nbk_net_parse(text, &made), "%s", text);
	return made;
}

struct nbk_ip
ip(const char *text)
{
	struct nbk_ip made;

	ck_assert_msg(nbk_ip_parse(text, &made), "%s", text);
	return made;
}

struct nbk_range
range(const char *start, const char *end)
{
	return (struct nbk_range){ ip(start), ip(end) };
}

void
put_row(struct nbk_model *model, enum nbk_kind kind, const char *row)
{
	struct nbk_error err = { NBK_OK, "" };
	struct json_object *object = json(row);

	ck_assert_msg(nbk_model_put(model, kind, object, &err) == 0, "%s: %s", row, err.text);
	json_object_put(object);
}

static void __attribute__((format(printf, 4, 5)))
put_made(struct nbk_model *model, enum nbk_kind kind, const char *more, const char *format, ...)
{
	struct nbk_buf row;
	char *start;
	va_list args;

	va_start(args, format);
	ck_assert_int_gt(vasprintf(&start, format, args), 0);
	va_end(args);
	nbk_buf_init(&row, 65536);
	nbk_buf_addf(&row, "{%s%s%s}", start, more == NULL ? "" : ", ", more == NULL ? "" : more);
	put_row(model, kind, nbk_buf_text(&row));
	nbk_buf_clear(&row);
	free(start);
}

void
put_prefix(struct nbk_model *model, int id, const char *prefix, const char *more)
{
	put_made(model, NBK_SUBNET, more, "'id': %d, 'prefix': '%s'", id, prefix);
}

void
put_range(struct nbk_model *model, int id, const char *start, const char *end, const char *more)
{
	put_made(model, NBK_POOL, more, "'id': %d, 'start_address': '%s', 'end_address': '%s'", id, start, end);
}

void
put_address(struct nbk_model *model, int id, const char *address, const char *more)
{
	put_made(model, NBK_RESERVATION, more, "'id': %d, 'address': '%s'", id, address);
}

void
put_reservation(struct nbk_model *model, int id, const char *address, const char *mac)
{
	put_made(model, NBK_RESERVATION, NULL, "'id': %d, 'address': '%s', 'custom_fields': {'dhcp_reservation_hw_address': '%s'}", id,
	         address, mac);
}

void
put_mac(struct nbk_model *model, int id, const char *mac, int interface)
{
	struct nbk_error err = { NBK_OK, "" };
	struct json_object *object;
	char row[256];

	snprintf(row, sizeof(row), "{'id': %d, 'mac_address': '%s', 'assigned_object_type': 'dcim.interface', 'assigned_object_id': %d}",
	         id, mac, interface);
	object = json(row);
	ck_assert_msg(nbk_model_put_mac(model, object, &err) == 0, "%s", err.text);
	json_object_put(object);
}

void
put_interface(struct nbk_model *model, const char *row)
{
	struct nbk_error err = { NBK_OK, "" };
	struct json_object *object = json(row);

	ck_assert_msg(nbk_model_put_interface(model, NBK_OWNER_INTERFACE, object, &err) == 0, "%s", err.text);
	json_object_put(object);
}

static void
keep_line(void *context, enum nbk_message message, const char *const *args, size_t count)
{
	size_t i;

	(void)context;
	pthread_mutex_lock(&lock);
	nbk_buf_addf(&lines, "%s ", nbk_message_name(message));
	for (i = 0; i < count; i++)
		nbk_buf_addf(&lines, "%s%s", i == 0 ? "" : "|", args[i]);
	nbk_buf_adds(&lines, "\n");
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

const struct nbk_log *
said_log(void)
{
	static const struct nbk_log log = { .write = keep_line };

	return &log;
}

/* Under the lock. */
static unsigned
count_lines(const char *part)
{
	const char *text = nbk_buf_text(&lines);
	unsigned count = 0;

	while ((text = strstr(text, part)) != NULL) {
		count++;
		text += strcspn(text, "\n");
	}
	return count;
}

void
said_wait(const char *part)
{
	pthread_mutex_lock(&lock);
	while (count_lines(part) == 0)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
}

unsigned
said(const char *part)
{
	unsigned count;

	pthread_mutex_lock(&lock);
	count = count_lines(part);
	pthread_mutex_unlock(&lock);
	return count;
}

char *
said_all(void)
{
	struct nbk_buf copy;

	nbk_buf_init(&copy, NBK_BUF_UNBOUND);
	pthread_mutex_lock(&lock);
	nbk_buf_adds(&copy, nbk_buf_text(&lines));
	pthread_mutex_unlock(&lock);
	return nbk_buf_take(&copy);
}

void
said_forget(void)
{
	pthread_mutex_lock(&lock);
	nbk_buf_clear(&lines);
	pthread_mutex_unlock(&lock);
}

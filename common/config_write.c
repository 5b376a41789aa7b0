/* SPDX-License-Identifier: MPL-2.0 */
#include "config_write.h"

#include "config_file.h"
#include "json.h"
#include "kea_config.h"

#include <stdlib.h>
#include <string.h>

#define FOR_PEOPLE (JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE)

/* New: the configuration as a text for people. */
static char *
print(const char *config, struct nbk_error *err)
{
	struct json_object *root = nbk_json_parse(config, strlen(config), true, "Kea's configuration", err);
	struct nbk_buf text;

	nbk_buf_init(&text, NBK_BUF_UNBOUND);
	if (root == NULL)
		return NULL;
	nbk_buf_adds(&text, json_object_to_json_string_ext(root, FOR_PEOPLE));
	nbk_buf_adds(&text, "\n");
	json_object_put(root);
	if (text.failed)
		nbk_error_nomem(err);
	return nbk_buf_take(&text);
}

/* Whether a file of Kea's has what JSON has not: a comment (#, //) or an include (<?). */
static bool
has_more_than_json(const char *text)
{
	bool quoted = false;

	for (; *text != '\0'; text++) {
		if (*text == '"')
			quoted = !quoted;
		else if (quoted && *text == '\\' && text[1] != '\0')
			text++;
		else if (!quoted && strchr("#/<", *text) != NULL)
			return true;
	}
	return false;
}

/* Whether both are the same subnet, or the same pool or reservation of a subnet of ours. */
static bool
is_same(const struct nbk_item *a, const struct nbk_item *b)
{
	if (a->kind != b->kind || a->subnet != b->subnet)
		return false;
	switch (a->kind) {
	case NBK_SUBNET:
		return nbk_net_compare(&a->net, &b->net) == 0;
	case NBK_POOL:
	case NBK_PD_POOL:
		return nbk_ip_compare(&a->range.start, &b->range.start) == 0 && nbk_ip_compare(&a->range.end, &b->range.end) == 0;
	case NBK_RESERVATION:
		return strcmp(a->identifier, b->identifier) == 0 && nbk_ip_compare(&a->range.start, &b->range.start) == 0;
	}
	return false;
}

static bool
has_foreign(const struct nbk_kea_config *kea, const struct nbk_item *item)
{
	size_t i;

	for (i = 0; i < kea->foreign_count; i++)
		if (is_same(kea->foreign[i], item))
			return true;
	return false;
}

/* Whether a file has what is not from NetBox and what the text to be written has not. What can't be read may. */
static bool
would_lose_foreign(const char *file, const char *text, const struct nbk_family *family)
{
	struct nbk_kea_config *before = nbk_kea_config_new(file, family, NBK_OWN_MARKED, NULL);
	struct nbk_kea_config *after = nbk_kea_config_new(text, family, NBK_OWN_MARKED, NULL);
	bool loses = before == NULL || after == NULL;
	size_t i;

	for (i = 0; !loses && i < before->foreign_count; i++)
		loses = !has_foreign(after, before->foreign[i]);
	nbk_kea_config_free(before);
	nbk_kea_config_free(after);
	return loses;
}

static int
replace(const struct nbk_config_file *file, const char *text, const struct nbk_family *family, const struct nbk_log *log, struct nbk_error *err)
{
	const char *before = nbk_buf_text(&file->text);
	bool keep = has_more_than_json(before) || would_lose_foreign(before, text, family);
	char *copy = NULL;
	int result = nbk_config_file_replace(file, text, keep ? &copy : NULL, err);

	if (copy != NULL)
		nbk_log(log, NETBOX_COPIED_MESSAGE, file->path, copy);
	if (result == 0)
		nbk_log(log, NETBOX_WRITTEN_MESSAGE, file->path);
	free(copy);
	return result;
}

int
nbk_config_write(const char *path, const char *config, const struct nbk_family *family, const struct nbk_log *log,
                 struct nbk_error *err)
{
	struct nbk_config_file file;
	char *text;
	int result = 0;

	if (path == NULL)
		return nbk_error_set(err, NBK_ETEMP, "Kea's command line names no configuration file (-c)");
	text = print(config, err);
	if (text == NULL)
		return -1;
	if (nbk_config_file_read(&file, path, err) < 0) {
		free(text);
		return -1;
	}
	if (strcmp(nbk_buf_text(&file.text), text) != 0)
		result = replace(&file, text, family, log, err);
	nbk_config_file_clear(&file);
	free(text);
	return result;
}

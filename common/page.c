/* SPDX-License-Identifier: MPL-2.0 */
#include "page.h"

#include "buf.h"
#include "json.h"

#include <stdlib.h>
#include <string.h>

/* Where the rows are in a text: from behind the bracket that opens their list up to the one that ends it. */
struct list {
	const char *begin, *end;
};

/* What is behind the string that begins here. json-c takes single quotes, too. */
static const char *
behind_string(const char *text, const char *end)
{
	char quote = *text++;

	for (; text < end && *text != quote; text++)
		if (*text == '\\')
			text++;
	return text < end ? text + 1 : end;
}

static bool
is_results(const char *key, const char *end)
{
	return end - key > 9 && strncmp(key + 1, "results", 7) == 0 && key[8] == key[0];
}

static int
add_row(struct nbk_page *page, const char *begin, const char *end)
{
	if (page->count == page->capacity) {
		size_t capacity = page->capacity == 0 ? 64 : page->capacity * 2;
		struct nbk_page_row *rows = realloc(page->rows, capacity * sizeof(*rows));

		if (rows == NULL)
			return -1;
		page->rows = rows;
		page->capacity = capacity;
	}
	page->rows[page->count].text = begin;
	page->rows[page->count++].length = (size_t)(end - begin);
	return 0;
}

/* Finds the list of the page's object that is called "results", and its rows. */
static int
find_rows(struct nbk_page *page, const char *text, const char *end, struct list *list)
{
	const char *key = text, *row = NULL;
	unsigned depth = 0;

	while (text < end) {
		bool separates = depth == 2 && row != NULL && (*text == ',' || *text == ']');

		if (separates && add_row(page, row, text) < 0)
			return -1;
		switch (*text) {
		case '"':
		case '\'':
			key = depth == 1 ? text : key;
			text = behind_string(text, end);
			continue;
		case '{':
		case '[':
			if (depth++ == 1 && *text == '[' && list->begin == NULL && is_results(key, end))
				list->begin = row = text + 1;
			break;
		case '}':
		case ']':
			if (separates)
				list->end = text;
			row = separates ? NULL : row;
			depth--;
			break;
		case ',':
			row = separates ? text + 1 : row;
			break;
		}
		text++;
	}
	return 0;
}

/* An empty list has no row, and not a blank one. */
static void
drop_blank(struct nbk_page *page)
{
	if (page->count == 1 && strspn(page->rows[0].text, " \t\r\n") == page->rows[0].length)
		page->count = 0;
}

/* New: the page with an empty list in the place of its rows; whole, where no such list was found. */
static struct json_object *
parse_rest(const struct nbk_page *page, const char *text, size_t length, const struct list *list, struct nbk_error *err)
{
	struct json_object *rest = NULL;
	struct nbk_buf buf;

	if (list->end == NULL)
		return nbk_json_parse(text, length, false, page->what, err);
	nbk_buf_init(&buf, length);
	nbk_buf_add(&buf, text, (size_t)(list->begin - text));
	nbk_buf_add(&buf, list->end, (size_t)(text + length - list->end));
	if (buf.failed)
		nbk_error_nomem(err);
	else
		rest = nbk_json_parse(nbk_buf_text(&buf), buf.length, false, page->what, err);
	nbk_buf_clear(&buf);
	return rest;
}

int
nbk_page_init(struct nbk_page *page, const char *text, size_t length, const char *what, struct nbk_error *err)
{
	struct list list = { NULL, NULL };

	memset(page, 0, sizeof(*page));
	page->what = what;
	if (find_rows(page, text, text + length, &list) < 0) {
		nbk_page_clear(page);
		return nbk_error_nomem(err);
	}
	drop_blank(page);
	page->rest = parse_rest(page, text, length, &list, err);
	if (page->rest != NULL)
		return 0;
	nbk_page_clear(page);
	return -1;
}

void
nbk_page_clear(struct nbk_page *page)
{
	json_object_put(page->rest);
	free(page->rows);
	memset(page, 0, sizeof(*page));
}

struct json_object *
nbk_page_row(const struct nbk_page *page, size_t index, struct nbk_error *err)
{
	return nbk_json_parse(page->rows[index].text, page->rows[index].length, false, page->what, err);
}

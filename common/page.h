/* SPDX-License-Identifier: MPL-2.0 */
/* page.h: one page of a list of NetBox's, read row by row.
 *
 * A tree of a thousand rows costs more time and memory than all else that becomes of them, and the last row is wanted before the rest:
 * the next page is asked for by its id. So only commas and brackets are looked at here; json-c judges the rows, and what is around them. */
#ifndef NBK_PAGE_H
#define NBK_PAGE_H

#include "error.h"

#include <stddef.h>

struct json_object;

struct nbk_page {
	const char *what;         /* borrowed: the page's name in errors */
	struct json_object *rest; /* the page without its rows: "results" is empty */
	struct nbk_page_row {
		const char *text; /* borrowed from the page's text */
		size_t length;
	} *rows;
	size_t count, capacity;
};

/* Reads a text, which is borrowed as long as rows are to be read, and ends with a zero that is not in its length. NBK_ETEMP: it is no
 * JSON. Whether its rows are, each nbk_page_row says. */
int nbk_page_init(struct nbk_page *page, const char *text, size_t length, const char *what, struct nbk_error *err);
void nbk_page_clear(struct nbk_page *page);

/* New: a row. NBK_ETEMP: it is no JSON. */
struct json_object *nbk_page_row(const struct nbk_page *page, size_t index, struct nbk_error *err);

#endif

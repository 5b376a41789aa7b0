/* SPDX-License-Identifier: MPL-2.0 */
#include "identifier.h"

#include "buf.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define BLANK " \t\r\n"

/* The hex digits of a text in groups of `size` between separators, white space behind; a group of two may lack its leading zero.
 * Returns how many digits, 0 where the text is anything else. */
static size_t
grouped(const char *text, char separator, size_t size, char digits[41])
{
	size_t count = 0;

	for (;;) {
		size_t length = 0;

		while (isxdigit((unsigned char)text[length]))
			length++;
		if (length == 0 || length > size || (length < size && size != 2) || count + size > 40)
			return 0;
		if (length == 1)
			digits[count++] = '0';
		while (length-- > 0)
			digits[count++] = (char)tolower((unsigned char)*text++);
		if (text[strspn(text, BLANK)] == '\0')
			break;
		if (*text++ != separator)
			return 0;
	}
	digits[count] = '\0';
	return count;
}

char *
nbk_identifier_mac(const char *text)
{
	char digits[41];
	size_t count, i;
	char *mac;

	text += strspn(text, BLANK);
	if (strchr(text, ':') != NULL)
		count = grouped(text, ':', 2, digits);
	else if (strchr(text, '-') != NULL)
		count = grouped(text, '-', 2, digits);
	else if (strchr(text, '.') != NULL)
		count = grouped(text, '.', 4, digits);
	else
		count = grouped(text, '\0', strcspn(text, BLANK), digits);
	/* Ethernet, EUI-64, InfiniBand. */
	if (count != 12 && count != 16 && count != 40)
		return NULL;
	mac = malloc(count / 2 * 3);
	if (mac == NULL)
		return NULL;
	for (i = 0; i < count / 2; i++) {
		memcpy(mac + 3 * i, digits + 2 * i, 2);
		mac[3 * i + 2] = i + 1 < count / 2 ? ':' : '\0';
	}
	return mac;
}

char *
nbk_identifier_duid(const char *text)
{
	enum { MOST_BYTES = 128 }; /* Kea: DUID::MAX_DUID_LEN */
	char separator = '\0';
	struct nbk_buf duid;
	size_t bytes;

	nbk_buf_init(&duid, 3 * MOST_BYTES);
	text += strspn(text, BLANK);
	for (bytes = 0; isxdigit((unsigned char)text[0]) && isxdigit((unsigned char)text[1]); bytes++) {
		nbk_buf_addf(&duid, "%s%c%c", bytes == 0 ? "" : ":", tolower((unsigned char)text[0]), tolower((unsigned char)text[1]));
		text += 2;
		if (bytes == 0 && (*text == ':' || *text == '-'))
			separator = *text;
		if (separator != '\0' && *text == separator && isxdigit((unsigned char)text[1]))
			text++;
		else if (separator != '\0')
			break;
	}
	if (duid.length > 0 && text[strspn(text, BLANK)] == '\0')
		return nbk_buf_take(&duid);
	nbk_buf_clear(&duid);
	return NULL;
}

/* Appends hex digits, two a byte with colons between. */
static void
add_hex(struct nbk_buf *text, const char *digits, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (i % 2 == 0 && text->length > 0)
			nbk_buf_adds(text, ":");
		nbk_buf_addf(text, "%c", tolower((unsigned char)digits[i]));
	}
}

/* As Kea's decodeFormattedHexString (src/lib/util/strutil.cc) reads it. False: it would not. */
static bool
add_identifier_bytes(struct nbk_buf *text, const char *given)
{
	const char *separators = strchr(given, ':') != NULL ? ":" : " ";
	bool grouped_bytes = given[strcspn(given, separators)] != '\0';
	size_t length;

	if (!grouped_bytes && strncmp(given, "0x", 2) == 0)
		given += 2;
	for (;; given += length + 1) {
		length = strcspn(given, separators);
		if (length == 0 || (grouped_bytes && length > 2) || strspn(given, "0123456789abcdefABCDEF") < length)
			return false;
		if (length % 2 == 1) {
			char first[2] = { '0', *given };

			add_hex(text, first, 2);
		}
		add_hex(text, given + length % 2, length - length % 2);
		if (given[length] == '\0')
			return true;
	}
}

char *
nbk_identifier_text(const char *key, const char *given)
{
	size_t length = strlen(given), i;
	struct nbk_buf text;
	bool known = true;

	if (strcmp(key, "hw-address") == 0)
		return nbk_identifier_mac(given);
	nbk_buf_init(&text, 4096);
	if (length > 2 && given[0] == '\'' && given[length - 1] == '\'') {
		for (i = 1; i + 1 < length; i++)
			nbk_buf_addf(&text, "%s%02x", i == 1 ? "" : ":", (unsigned char)given[i]);
	} else {
		known = add_identifier_bytes(&text, given);
	}
	if (known)
		return nbk_buf_take(&text);
	nbk_buf_clear(&text);
	return NULL;
}

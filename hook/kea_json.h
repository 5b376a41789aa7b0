/* SPDX-License-Identifier: MPL-2.0 */
/* kea_json.h: between Kea's trees and JSON texts. Any thread, as long as nobody else changes the tree. */
#ifndef NBK_HOOK_KEA_JSON_H
#define NBK_HOOK_KEA_JSON_H

#include <cc/data.h>

#include <string>

namespace nbk {

/* Kea writes each byte from 0x80 on as an escape of its own (ü as \u00c3\u00bc), which any other reader takes for two characters: here
 * they are the bytes that they were. */
std::string json_write(const isc::data::ConstElementPtr &tree);

/* Throws isc::data::JSONError. */
isc::data::ElementPtr json_read(const std::string &text);

} // namespace nbk

#endif

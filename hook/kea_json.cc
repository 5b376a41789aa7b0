/* SPDX-License-Identifier: MPL-2.0 */
#include "kea_json.h"

#include <cstdlib>

namespace nbk {

std::string
json_write(const isc::data::ConstElementPtr &tree)
{
	const std::string escaped = tree->str();
	std::string text;
	size_t at = 0;

	text.reserve(escaped.size());
	while (at < escaped.size()) {
		if (escaped[at] != '\\') {
			text += escaped[at++];
		} else if (escaped.compare(at, 4, "\\u00") == 0 && escaped[at + 4] >= '8') {
			text += static_cast<char>(std::strtoul(escaped.substr(at + 4, 2).c_str(), nullptr, 16));
			at += 6;
		} else {
			text.append(escaped, at, 2);
			at += 2;
		}
	}
	return text;
}

isc::data::ElementPtr
json_read(const std::string &text)
{
	return isc::data::Element::fromJSON(text);
}

} // namespace nbk

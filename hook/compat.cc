/* SPDX-License-Identifier: MPL-2.0 */
#include "compat.h"

namespace nbk {

bool
kea_is_busy(const Answer &answer)
{
	/* The result is 1, as that of any refusal: the text is all there is to tell it by. */
	return !answer.ok() && answer.text.find("lease file cleanup process is running") != std::string::npos;
}

} // namespace nbk

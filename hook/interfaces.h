/* SPDX-License-Identifier: MPL-2.0 */
/* interfaces.h: whether the network interfaces that a configuration names are in the system now.
 *
 * Kea knows those that were there when it was configured last. A config-set looks for them anew, a config-test does not: where one is gone
 * since, the test passes, the set is refused half-way, and so is what is to undo it. */
#ifndef NBK_HOOK_INTERFACES_H
#define NBK_HOOK_INTERFACES_H

#include <cc/data.h>

#include <string>

namespace nbk {

/* Whether Kea, by its interfaces-config, looks for interfaces anew; NULL: the default. */
bool looks_for_interfaces(const isc::data::ConstElementPtr &config);

/* "eth0", "eth0/10.0.0.1" (with the address), or "*". */
bool interface_is_there(const std::string &name);

/* The first that a whole configuration names and that is not there; "": none. */
std::string missing_interface(const isc::data::ConstElementPtr &config);

} // namespace nbk

#endif

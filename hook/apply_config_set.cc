/* SPDX-License-Identifier: MPL-2.0 */
#include "apply_config_set.h"
#include "command.h"
#include "compat.h"
#include "interfaces.h"
#include "kea_json.h"
#include "log.h"

#include <dhcpsrv/cfgmgr.h>

#include <cstring>
#include <new>
#include <utility>

using isc::data::ElementPtr;

namespace nbk {

namespace {

struct Snapshot {
	ElementPtr tree;
	uint64_t serial;
};

/* What a step came to. */
struct Outcome {
	nbk_errc code = NBK_OK;
	std::string text;
};

int
finish(const std::shared_ptr<Outcome> &outcome, nbk_error *err)
{
	if (!outcome)
		return nbk_error_set(err, NBK_ECANCELED, "canceled");
	if (outcome->code != NBK_OK)
		return nbk_error_set(err, outcome->code, "%s", outcome->text.c_str());
	return 0;
}

Outcome
outcome_of(const Answer &answer)
{
	if (answer.ok())
		return {};
	return {kea_is_busy(answer) ? NBK_ETEMP : NBK_EDATA, answer.text};
}

Outcome
missing_of(const ElementPtr &config)
{
	const std::string name = missing_interface(config);

	if (name.empty())
		return {};
	return {NBK_ETEMP, "interface \"" + name + "\" is not in the system any more, and Kea would refuse every configuration that names it: "
	                   "bring it back, or take it out of Kea's configuration; a reload or restart before that would stop DHCP"};
}

/* Refused half-way Kea's sockets are closed, its timers gone, perhaps every hook is out: nothing may come between the refusal and this.
 * What is put back is read only here: where all is well, which is nearly always, that would take as long as all else of ours. */
Outcome
set_or_put_back(const ElementPtr &next, const std::string &previous)
{
	const Outcome missing = missing_of(next);

	if (missing.code != NBK_OK)
		return missing;
	const Answer answer = run_command("config-set", next);
	Outcome outcome = outcome_of(answer);

	if (outcome.code != NBK_EDATA)
		return outcome;
	const Answer back = run_command("config-set", json_read(previous));
	if (!back.ok()) {
		log(NETBOX_PUT_BACK_FAILED_MESSAGE, {answer.text, back.text});
		outcome.text += "; and the configuration of before was refused as well: " + back.text;
	}
	return outcome;
}

} // namespace

char *
ConfigSet::get(uint64_t *serial, nbk_error *err)
{
	const auto snapshot = executor_.ask<Snapshot>([this](Snapshot &result) {
		/* What the command config-get answers, without its hash (2.4 and later), which config-set would refuse. Parts are
		 * shared with the running configuration, which Kea replaces but does not change. */
		result.tree = isc::dhcp::CfgMgr::instance().getCurrentCfg()->toElement();
		result.serial = serial_;
	});

	if (!snapshot) {
		nbk_error_set(err, NBK_ECANCELED, "canceled");
		return nullptr;
	}
	char *const text = strdup(json_write(snapshot->tree).c_str());
	if (text == nullptr)
		throw std::bad_alloc();
	*serial = snapshot->serial;
	return text;
}

int
ConfigSet::test(const char *config, nbk_error *err)
{
	/* Kea writes defaults into the tree that it is given: the copy is the one to be set. */
	const ElementPtr tree = json_read(config), kept = isc::data::copy(tree);
	const int result =
	    finish(executor_.ask<Outcome>([tree](Outcome &result) {
		    result = missing_of(tree);
		    if (result.code == NBK_OK)
			    result = outcome_of(run_command("config-test", tree));
	    }), err);

	tested_tree_ = result == 0 ? kept : nullptr;
	tested_ = result == 0 ? config : "";
	return result;
}

int
ConfigSet::set(const char *next, const char *previous, uint64_t serial, nbk_error *err)
{
	const ElementPtr tree = tested_tree_ && tested_ == next ? std::move(tested_tree_) : json_read(next);
	const std::string before = previous;

	tested_tree_.reset();
	tested_.clear();
	return finish(executor_.ask<Outcome>([this, tree, before, serial](Outcome &result) {
		if (serial != serial_)
			result = {NBK_ESTALE, "Kea was reconfigured meanwhile"};
		else
			result = set_or_put_back(tree, before);
	}), err);
}

} // namespace nbk

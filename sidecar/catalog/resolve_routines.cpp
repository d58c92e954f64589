#include <algorithm>

#include "catalog/builtins.h"
#include "catalog/natives.h"
#include "catalog/resolver.h"
#include "sql/mysql/functions.h"

namespace tapri::catalog {
namespace {

bool contains(const std::vector<sql::QualifiedName>& names, const sql::QualifiedName& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string display_name(const Routine& routine) {
  return routine.schema == "pg_catalog" ? routine.name : routine.schema + "." + routine.name;
}

bool is_time_of_day(std::string_view type) {
  if (type.substr(0, 1) == "_") type.remove_prefix(1);
  return type == "time" || type == "timetz";
}

}  // namespace

void Resolver::function(const sql::QualifiedName& name) {
  const bool deterministic = contains(declared_.deterministic_functions, name);
  const bool known = contains(declared_.known_functions, name);
  rests_on_rules_ = rests_on_rules_ || deterministic || known;
  if (deterministic) return;
  if (known) {
    obstacle(Reason::volatile_function, display_name(name));
    return;
  }
  if (snapshot_ == nullptr) {
    function_without_catalog(name);
    return;
  }
  bool found = mysql() && native(name);
  if (found && is_native_everywhere(name.name)) return;
  for (const Routine* routine : snapshot_->functions(name.name)) {
    if (!is_candidate(name, routine->schema)) continue;
    found = true;
    known_function(*routine);
  }
  if (!found) {
    obstacle(Reason::unknown_function, display_name(name));
    unknown_effects();
  }
  type_called_like(name);
}

// What CALL names is a procedure, whatever it is called, and what else stands in it is not. DO names none.
bool Resolver::names_procedure(const sql::QualifiedName& name) const {
  if (facts_.verb != sql::Verb::call) return false;
  return facts_.name.empty() ? facts_.writes_unknown : facts_.name == name.name;
}

bool Resolver::call_followed() const {
  if (!mysql() || snapshot_ == nullptr || facts_.verb != sql::Verb::call || rests_on_rules_) return false;
  const bool unknown = out_.changes_catalog || out_.changes_unknown_setting;
  return !unknown && !out_.footprint.contains(coherence::all_of(database_));
}

// Of MySQL's own; a procedure may have the name of one.
bool Resolver::native(const sql::QualifiedName& name) {
  if (!name.schema.empty() || names_procedure(name)) return false;
  const NativeServer server =
      snapshot_ == nullptr ? NativeServer{} : NativeServer{snapshot_->server().mariadb, snapshot_->server_version()};
  const Native native = native_function(name.name, server);
  if (native == Native::changing) obstacle(Reason::volatile_function, name.name);
  return native != Native::none;
}

// The native function that the text's own obstacle is about, where it is about one.
std::string Resolver::called_obstacle() const {
  if (!mysql() || facts_.obstacle != Reason::volatile_function) return {};
  const auto found = std::ranges::find_if(facts_.functions, [](const sql::QualifiedName& name) {
    return name.schema.empty() && sql::mysql::function_kind(name.name) == sql::mysql::FunctionKind::unstable;
  });
  return found == facts_.functions.end() ? std::string() : found->name;
}

// `t.name` calls the function `name` with the row t where t has no such column. Columns are not known here, so both may
// be meant.
void Resolver::field(const std::string& name) {
  if (snapshot_ == nullptr || contains(declared_.deterministic_functions, {"", name})) return;
  for (const Routine* routine : snapshot_->functions(name)) {
    if (!routine->takes_row || !searches(routine->schema)) continue;
    out_.rows_show_presence = false;  // it may make several rows of one
    known_function(*routine);
  }
}

// A database of MySQL may have any name.
bool Resolver::is_builtin(const Routine& routine) const {
  return !mysql() && routine.schema == "pg_catalog" && !has_unknown_effects(routine);
}

void Resolver::known_function(const Routine& routine) {
  if (is_builtin(routine)) {
    builtin_function(routine);
  } else {
    user_routine(routine);
  }
}

void Resolver::function_without_catalog(const sql::QualifiedName& name) {
  obstacle(Reason::catalog_unavailable, "");
  if (mysql()) {
    if (native(name)) return;
    obstacle(Reason::unknown_function, display_name(name));
    return unknown_effects();
  }
  const bool builtin = name.schema == "pg_catalog" || (name.schema.empty() && is_well_known(name.name));
  if (!builtin || runs_anything(name.name)) unknown_effects();
  if (!builtin) obstacle(Reason::unknown_function, display_name(name));
  if (!is_well_known_and_deterministic(name.name)) obstacle(Reason::volatile_function, display_name(name));
}

void Resolver::builtin_function(const Routine& routine) {
  if (runs_anything(routine.name)) {
    obstacle(Reason::volatile_function, routine.name);
    unknown_effects();
    return;
  }
  if (routine.name == "timezone" && may_convert_time_of_day()) obstacle(Reason::volatile_function, routine.name);
  if (routine.volatility == Volatility::immutable) return;
  if (routine.volatility == Volatility::stable && depends_on_settings_only(routine.name)) return;
  obstacle(Reason::volatile_function, routine.name);
}

// Time zones of a time of day depend on today's date.
bool Resolver::may_convert_time_of_day() const {
  const bool cast =
      std::any_of(facts_.types.begin(), facts_.types.end(), [](const auto& type) { return is_time_of_day(type.name); });
  const bool called = std::any_of(facts_.functions.begin(), facts_.functions.end(), [](const auto& function) {
    return is_time_of_day(function.name) || function.name == "make_time";
  });
  return cast || called || std::any_of(facts_.reads.begin(), facts_.reads.end(), [&](const auto& name) {
           const Relation* relation = find(name);
           return relation == nullptr || relation->has_time || relation->has_timetz;
         });
}

// What is declared immutable is taken at its word, except that an answer depends on what its body reads. A stable
// function's answer may be kept if its body says what it depends on.
void Resolver::user_routine(const Routine& routine) {
  const bool immutable = routine.volatility == Volatility::immutable;
  const bool known = routine.body != nullptr;
  if (!immutable && !(known && routine.volatility == Volatility::stable)) {
    obstacle(Reason::volatile_function, display_name(routine));
  }
  if (known) {
    follow(routine, immutable);
  } else if (has_unknown_effects(routine)) {
    unknown_effects();
  }
}

void Resolver::operator_without_catalog(const sql::QualifiedName& name) {
  obstacle(Reason::catalog_unavailable, "");
  const bool builtin = (name.schema.empty() || name.schema == "pg_catalog") && is_well_known_operator(name.name);
  if (builtin) return;
  obstacle(Reason::unknown_function, display_name(name));
  // Where something was known, that says whether there is any operator that writes.
  if (!hidden_) unknown_effects();
}

void Resolver::user_operator(const sql::QualifiedName& name) {
  if (snapshot_ == nullptr) {
    operator_without_catalog(name);
    return;
  }
  bool found = false;
  for (const Routine* routine : snapshot_->operators(name.name)) {
    if (!is_candidate(name, routine->schema)) continue;
    found = true;
    // The server's own stable operators depend on session settings only.
    const bool harmless = is_builtin(*routine) && routine->volatility != Volatility::is_volatile;
    if (harmless) continue;
    out_.rows_show_presence = false;  // it may make several rows of one
    user_routine(*routine);
  }
  // The database would refuse it, unless the catalog is out of date.
  if (!found) {
    obstacle(Reason::unknown_function, display_name(name));
    unknown_effects();
  }
}

void Resolver::type(const sql::QualifiedName& name) {
  if (snapshot_ == nullptr) {
    obstacle(Reason::catalog_unavailable, "");
    if (is_unsafe_type(name.name)) obstacle(Reason::unknown_type, display_name(name));
    return;
  }
  const auto types = snapshot_->types(name.name);
  for (const std::string_view schema : path_) {
    const std::string_view wanted = name.schema.empty() ? schema : std::string_view(name.schema);
    const auto found = std::find_if(types.begin(), types.end(), [&](const Type* t) { return t->schema == wanted; });
    if (found != types.end()) {
      user_type(**found);
      return;
    }
    if (!name.schema.empty()) break;
  }
  obstacle(Reason::unknown_type, display_name(name));
}

void Resolver::user_type(const Type& type) {
  if (type.volatile_input) unknown_effects();
  const bool plain = type.kind == 'b' || type.kind == 'r' || type.kind == 'm' || type.kind == 'p';
  const bool safe = type.schema == "pg_catalog" ? plain && !is_unsafe_type(type.name)
                                                : type.kind == 'e' || (plain && type.safe_input);
  if (!safe) obstacle(Reason::unknown_type, display_name(sql::QualifiedName{type.schema, type.name}));
}

void Resolver::type_called_like(const sql::QualifiedName& name) {
  for (const Type* candidate : snapshot_->types(name.name)) {
    if (candidate->schema != "pg_catalog" && is_candidate(name, candidate->schema)) user_type(*candidate);
  }
}

}  // namespace tapri::catalog

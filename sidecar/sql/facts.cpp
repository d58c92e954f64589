#include "sql/facts.h"

namespace tapri::sql {

// A flat switch: the compiler reports a verb without a name.
std::string_view verb_name(Verb verb) {
  switch (verb) {
    case Verb::not_understood:
      return "not_understood";
    case Verb::empty:
      return "empty";
    case Verb::select:
      return "select";
    case Verb::insert:
      return "insert";
    case Verb::update:
      return "update";
    case Verb::delete_rows:
      return "delete";
    case Verb::merge:
      return "merge";
    case Verb::truncate:
      return "truncate";
    case Verb::copy_in:
      return "copy_in";
    case Verb::copy_out:
      return "copy_out";
    case Verb::define:
      return "define";
    case Verb::maintain:
      return "maintain";
    case Verb::begin:
      return "begin";
    case Verb::commit:
      return "commit";
    case Verb::rollback:
      return "rollback";
    case Verb::savepoint:
      return "savepoint";
    case Verb::rollback_to:
      return "rollback_to";
    case Verb::prepare_transaction:
      return "prepare_transaction";
    case Verb::commit_prepared:
      return "commit_prepared";
    case Verb::rollback_prepared:
      return "rollback_prepared";
    case Verb::set_transaction:
      return "set_transaction";
    case Verb::set:
      return "set";
    case Verb::show:
      return "show";
    case Verb::discard:
      return "discard";
    case Verb::prepare:
      return "prepare";
    case Verb::execute:
      return "execute";
    case Verb::deallocate:
      return "deallocate";
    case Verb::declare_cursor:
      return "declare_cursor";
    case Verb::fetch:
      return "fetch";
    case Verb::close_cursor:
      return "close_cursor";
    case Verb::listen:
      return "listen";
    case Verb::lock:
      return "lock";
    case Verb::explain:
      return "explain";
    case Verb::call:
      return "call";
  }
  return "not_understood";
}

}  // namespace tapri::sql

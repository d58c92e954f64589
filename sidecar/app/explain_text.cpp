#include <algorithm>
#include <cmath>
#include <string>

#include "admin/json.h"
#include "app/explain.h"
#include "app/statement.h"
#include "policy/cases.h"

namespace tapri::app {
namespace {

constexpr std::size_t kLabelWidth = 14;
constexpr std::size_t kLineWidth = 100;  // of running text, labels not counted

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

std::string relations_text(const std::vector<ExplainedRelation>& relations) {
  std::vector<std::string> parts;
  for (const ExplainedRelation& relation : relations) {
    const std::string written = name_text(relation.written);
    if (!relation.resolved) {
      parts.push_back(written + " (not known)");
    } else if (*relation.resolved == relation.written) {
      parts.push_back(written);
    } else {
      parts.push_back(written + " -> " + name_text(*relation.resolved));
    }
  }
  return joined(parts);
}

std::string names_text(const std::vector<sql::QualifiedName>& names) {
  std::vector<std::string> parts;
  parts.reserve(names.size());
  for (const sql::QualifiedName& name : names) parts.push_back(name_text(name));
  return joined(parts);
}

std::string ttl_text(const policy::Verdict& verdict) {
  if (!verdict.ttl) return "none: it does not expire by time";
  std::string text = policy::duration_text(verdict.ttl);
  const long percent = std::lround(verdict.jitter * 100);
  if (percent > 0) text += ", at random up to " + std::to_string(percent) + "% shorter";
  return text;
}

std::string coherence_text(const policy::Verdict& verdict) {
  if (verdict.coherence == policy::Coherence::ttl) return "ttl: may be as old as its TTL; writes do not end it";
  return "auto: ends with the first write to what it depends on";
}

// All databases of a MySQL server have one.
std::string catalog_of(const Explanation& explanation) {
  if (explanation.protocol == Protocol::postgres) return one_line(explanation.database);
  return "the server (" + one_line(explanation.server_version) + ")";
}

class Writer {
 public:
  explicit Writer(bool colours) : colours_(colours) {}

  std::string run(const Explanation& explanation) {
    mysql_ = explanation.protocol == Protocol::mysql;
    head(explanation);
    for (const ExplainedStatement& statement : explanation.statements) {
      out_ += '\n' + styled("1", one_line(statement.text)) + "\n";
      decision(statement);
      changes(statement);
      facts(statement);
    }
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string styled(const char* style, const std::string& text) const {
    return colours_ ? std::string("\x1b[") + style + "m" + text + "\x1b[0m" : text;
  }

  // Nothing where there is nothing to say.
  void line(const std::string& label, const std::string& text) {
    if (text.empty()) return;
    out_ +=
        "  " + styled("2", label) + std::string(kLabelWidth - std::min(kLabelWidth, label.size()), ' ') + text + "\n";
  }

  // Running text, broken between words.
  void paragraph(const std::string& label, std::string_view text) {
    std::string_view rest = text;
    std::string shown = label;
    while (!rest.empty()) {
      std::size_t end = rest.size() <= kLineWidth ? rest.size() : rest.rfind(' ', kLineWidth);
      if (end == std::string_view::npos) end = rest.size();
      line(shown, std::string(rest.substr(0, end)));
      rest.remove_prefix(std::min(rest.size(), end + 1));
      shown.clear();
    }
  }

  void head(const Explanation& explanation);
  void decision(const ExplainedStatement& statement);
  void changes(const ExplainedStatement& statement);
  void facts(const ExplainedStatement& statement);

  bool colours_;
  bool mysql_ = false;
  std::string out_;
};

void Writer::head(const Explanation& explanation) {
  switch (explanation.known_from) {
    case KnownFrom::database:
      out_ += "As the catalog of " + catalog_of(explanation) + " says";
      break;
    case KnownFrom::assumption:
      out_ += "Offline: every relation is taken for a plain table, and only functions and types of " +
              std::string(mysql_ ? "MySQL and MariaDB" : "PostgreSQL") +
              " itself are known.\nGive --upstream to ask the database. Assumed";
      break;
    case KnownFrom::nothing:
      out_ += "Without a catalog";
      break;
  }
  const std::string path = one_line(joined(explanation.search_path));
  if (mysql_) {
    out_ += path.empty() ? ": no current database" : ": current database " + path;
  } else {
    out_ += ": search_path " + path;
  }
  if (!explanation.user.empty()) out_ += ", user " + one_line(explanation.user);
  if (!explanation.application.empty()) out_ += ", application " + one_line(explanation.application);
  out_ += ".\n";
  if (explanation.statements.size() > 1) {
    out_ +=
        "Each statement is explained as if it were sent by itself; several in one string are never cached "
        "(multiple_statements).\n";
  }
}

void Writer::decision(const ExplainedStatement& statement) {
  const policy::Verdict& verdict = statement.verdict;
  if (statement.cacheable) {
    line("cached", styled("32", "yes"));
    line("rule", one_line(statement.rule));
    line("ttl", ttl_text(verdict));
    line("coherence", coherence_text(verdict));
    if (verdict.snapshot_reads && !mysql_) line("snapshots", "also in REPEATABLE READ READ ONLY transactions");
    line("max. result", std::to_string(verdict.max_result) + " bytes");
    if (verdict.l2 != policy::RemoteSettings{}) line("to L2", policy::remote_text(verdict.l2));
    line("depends on", one_line(joined(statement.dependencies)));
    paragraph("not by key", statement.unkeyed);
    return;
  }
  std::string reason(reason_name(statement.reason));
  if (!statement.detail.empty()) reason += ": " + one_line(statement.detail);
  line("cached", styled("33", "no") + ", " + reason);
  paragraph("", reason_text(statement.reason));
  paragraph("what to do", statement.advice);
  const bool asked = statement.reason != Reason::not_a_read && statement.reason != Reason::multiple_statements;
  if (asked) line("rule", one_line(statement.rule));
}

void Writer::changes(const ExplainedStatement& statement) {
  line("changes", one_line(joined(statement.footprint)));
  std::vector<std::string> also;
  if (statement.changes_catalog) also.emplace_back("the schema is read again after it");
  if (statement.changes_unknown_setting) {
    also.emplace_back("it may change settings of the session that cannot be followed");
  } else if (statement.changes_session) {
    also.emplace_back("it changes the session");
  }
  line("also", joined(also));
}

void Writer::facts(const ExplainedStatement& statement) {
  line("verb", std::string(sql::verb_name(statement.facts.verb)));
  line("reads", one_line(relations_text(statement.reads)));
  line("writes", one_line(relations_text(statement.writes)));
  line("calls", one_line(names_text(statement.facts.functions)));
  line("types", one_line(names_text(statement.facts.types)));
  line("shape", one_line(statement.shape));
  const std::string literals =
      std::to_string(statement.literals) + (statement.literals == 1 ? " literal" : " literals");
  line("fingerprint", admin::fingerprint_text(statement.fingerprint) + ", " + literals +
                          (statement.facts.parameter_sensitive ? " and parameters" : ""));
}

}  // namespace

std::string explanation_text(const Explanation& explanation, bool colours) { return Writer(colours).run(explanation); }

}  // namespace tapri::app

"""Statements out of the scripts of MariaDB's test suite, which are written in the language of its program mysqltest.

Only as much of the language is known as it takes to tell statements from commands: commands (with and without "--"),
delimiters, blocks, and here-documents are left out; statements that need a variable's value (eval, "$x") are left out
and counted. What a script expects to fail by a syntax error is said with the statement.
Source: MariaDB's client/mysqltest.cc, its list of commands.
"""

import collections
import re

Statement = collections.namedtuple("Statement", "script text fails")

COMMANDS = set("""
append_file assert break cat_file change_user character_set chmod connect connection copy_file copy_files_wildcard
copy_from_query dec delimiter diff_files die dirty_close disable_abort_on_error disable_cursor_protocol
disable_connect_log disable_info disable_metadata disable_non_blocking_api disable_parsing disable_prepare_warnings
disable_ps2_protocol disable_ps_protocol disable_query_log disable_reconnect disable_result_log disable_rpl_parse
disable_service_connection disable_session_track_info disable_view_protocol disable_warnings disconnect echo
enable_abort_on_error enable_connect_log enable_cursor_protocol enable_info enable_metadata enable_non_blocking_api
enable_parsing enable_prepare_warnings enable_ps2_protocol enable_ps_protocol enable_query_log enable_reconnect
enable_result_log enable_rpl_parse enable_service_connection enable_session_track_info enable_view_protocol
enable_warnings end end_timer error evalp exec exec_in_background execw exit file_exists force-cpdir force-rmdir
force_cpdir force_rmdir horizontal_results if inc let list_files list_files_append_file list_files_write_file
lowercase_result mkdir move_file optimizer_trace output perl ping ps_execute ps_prepare query_get_value read_file
real_sleep reap reap_as_error remove_file remove_files_wildcard replace_column replace_numeric_round replace_regex
replace_result require reset_connection result result_format rmdir rpl_parse save_master_pos send_quit send_shutdown
server_log shutdown_server skip sleep sorted_result source start_timer sync_slave_with_master sync_with_master system
timer upgrade vertical_results wait_for_slave_to_stop while write_file xml
""".split())
CARRIERS = {"query", "query_vertical", "query_horizontal", "send", "eval", "send_eval", "evalp"}
EXPANDING = {"eval", "send_eval", "evalp"}
HERE_DOCUMENTS = {"perl", "write_file", "append_file"}
SYNTAX_ERRORS = re.compile(r"ER_PARSE_ERROR|ER_SYNTAX_ERROR|ER_EMPTY_QUERY|\b1064\b|\b1149\b|\b1065\b|ER_UNSUPPORTED", re.I)


class Script:
    """One script's statements, read from its text."""

    def __init__(self, name, text):
        self.name = name
        self.lines = text.split("\n")
        self.at = 0
        self.delimiter = ";"
        self.parsing = True
        self.fails = False
        self.expanded = 0  # statements that were left out for their variables

    def statements(self):
        while self.at < len(self.lines):
            line = self.lines[self.at].lstrip()
            if not line or line.startswith("#"):
                self.at += 1
            elif line.startswith("--") and re.match(r"--\s*[A-Za-z]", line):
                self.at += 1
                self.command(line[2:].strip())
            elif line[0] in "{}" and self.delimiter == ";":
                self.lines[self.at] = line[1:]
            else:
                yield from self.statement()

    def command(self, text):
        """A command with "--" before it, or without a delimiter behind it."""
        word, _, rest = text.partition(" ")
        word = word.lower().rstrip(";")
        if word == "delimiter":
            self.delimiter = rest.strip() or self.delimiter
        elif word == "error":
            self.fails = bool(SYNTAX_ERRORS.search(rest))
        elif word in ("disable_parsing", "enable_parsing"):
            self.parsing = word.startswith("enable")
        elif word in HERE_DOCUMENTS:
            self.here_document(word, rest)

    def here_document(self, word, rest):
        end = "EOF"
        words = rest.rstrip(";").split()
        named = 1 if word == "perl" else 2
        if len(words) >= named:
            end = words[-1]
        while self.at < len(self.lines) and self.lines[self.at].strip() != end:
            self.at += 1
        self.at += 1

    def statement(self):
        text = self.take()
        stripped = strip_comments(text)
        word = re.match(r"[A-Za-z_-]*", stripped).group(0).lower()
        if word in ("if", "while") and re.match(r"\w+\s*\(", stripped) and self.delimiter == ";":
            self.block(text)
            return
        if word in COMMANDS:
            self.command(stripped)
            return
        if word in CARRIERS:
            stripped = stripped[len(word):].strip()
        fails, self.fails = self.fails, False
        if not stripped or not self.parsing:
            return
        if word in EXPANDING and "$" in stripped:
            self.expanded += 1
            return
        yield Statement(self.name, stripped, fails)

    def take(self):
        """Up to the delimiter, over lines; quotes and comments hide it."""
        taken, quote, comment = [], "", False
        while self.at < len(self.lines):
            line = self.lines[self.at]
            i, start = 0, 0
            if not taken and not quote:
                start = len(line) - len(line.lstrip())
                i = start
            while i < len(line):
                c = line[i]
                if comment:
                    if line.startswith("*/", i):
                        comment = False
                        i += 1
                elif quote:
                    if c == "\\":
                        i += 1
                    elif c == quote:
                        quote = ""
                elif line.startswith(self.delimiter, i):
                    taken.append(line[start:i])
                    self.lines[self.at] = line[i + len(self.delimiter):]
                    return "\n".join(taken)
                elif c in "'\"`":
                    quote = c
                elif line.startswith("/*", i) and not line.startswith("/*!", i) and not line.startswith("/*M!", i):
                    comment = True
                elif c == "#" or line.startswith("-- ", i):
                    break
                elif c in "{}" and not taken and i == start and self.delimiter == ";":
                    break
                elif c == "{" and re.match(r"(if|while)\s*\(", line[start:].lower()) and self.delimiter == ";":
                    self.lines[self.at] = line[i + 1:]
                    return "\n".join(taken + [line[start:i]])
                i += 1
            taken.append(line[start:])
            self.at += 1
            if taken and re.match(r"(if|while)\s*\(", taken[0].lower()) and self.delimiter == ";" and \
                    self.at < len(self.lines) and self.lines[self.at].lstrip().startswith("{"):
                return "\n".join(taken)
        return "\n".join(taken)

    def block(self, _condition):
        """What stands in the braces is read like the rest; the condition is nobody's statement."""


def strip_comments(text):
    """Without the comment lines before the statement."""
    while True:
        text = text.strip()
        if text.startswith("#") or re.match(r"--\s", text):
            text = text.partition("\n")[2]
        else:
            return text


def statements_of(path, encoding="utf-8"):
    """The statements of one script, and how many were left out for their variables."""
    script = Script(path.name, path.read_text(encoding=encoding, errors="surrogateescape"))
    found = list(script.statements())
    return found, script.expanded

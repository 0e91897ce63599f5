//! The document as a whole, and the acceptance of findings.

use super::checks;
use crate::level::{Level::*, Table};

checks! { REPORT;
    SPEC_REMOVED "R801" "a spec is removed", Table::always(Breaking),
    "The folder no longer has this document: its module is removed."
    fires [] quiet [];

    SPEC_ADDED "R802" "a spec is added", Table::always(Compatible),
    "The bindings have one more module."
    fires [] quiet [];

    INFO "R803" "title, version, description, licence, contact or terms of the document change", Table::always(Documentation),
    "Documentation only: nothing changes for programs."
    fires ["set /info/title = Stuff", "set /info/description = A shop.", "set /info/license = {name: MIT}"]
    quiet ["set /info/version = 1.0.0"];

    VERSION_DECREASED "R804" "the version of the document decreases", Table::always(Risky),
    "`info.version` is lower than before."
    fires ["set /info/version = 0.9.0"]
    quiet ["set /info/version = 1.1.0"];

    TAGS "R805" "tags of the document change", Table::always(Documentation),
    "Names and descriptions of `tags`, and descriptions of servers, schemes and limits."
    fires ["set /tags/0/description = Things of all kinds.", "set /components/securitySchemes/key/description = A key.", "set /servers/0/description = A store."]
    quiet ["set /paths/~1things/get/deprecated = false"];

    SPEC_RENAMED "R806" "a spec has another name", Table::always(Breaking),
    "The file has another name, and the title is the same. The bindings are in a module of this name: programs that name the old one no longer compile. Nothing changes on the wire."
    fires [] quiet [];

    ACCEPT_UNUSED "R901" "an acceptance matches nothing", Table::always(Risky),
    "An entry of `lavka-accept.yaml` has a key that no finding has. Remove it: it would accept a later change without review."
    fires [] quiet [];

    ACCEPT_EXPIRED "R902" "an acceptance has expired", Table::always(Risky),
    "The date of `until` has passed; the finding counts again. Fix it, or extend the entry with a reason."
    fires [] quiet [];

    ACCEPT_INVALID "R903" "an acceptance is invalid", Table::always(Risky),
    "An entry needs `key` and `reason`, and an end date `until` in the form 2027-01-31."
    fires [] quiet [];
}

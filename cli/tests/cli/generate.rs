//! `lavka generate`, on copies of the project.

use std::fs;
use std::path::Path;

use crate::support::{Folder, Run, copy, finish, lavka, root};

/// A spec of somebody who has nothing to do with this project.
const OWN_SPEC: &str = r##"openapi: 3.0.3
info:
  title: Kiosk
  version: "1"
  description: A kiosk that sells newspapers.
servers:
  - {url: "https://kiosk.example.invalid"}
security: []
paths:
  /papers/{id}:
    get:
      operationId: get_paper
      summary: Gets a paper.
      description: Gets a paper.
      parameters:
        - {name: id, in: path, required: true, description: The paper., schema: {type: integer}, example: 7}
      responses:
        "200":
          description: The paper.
          content:
            application/json: {schema: {$ref: "#/components/schemas/Paper"}}
            application/xml: {schema: {$ref: "#/components/schemas/Paper"}}
components:
  schemas:
    Paper:
      type: object
      description: A newspaper.
      required: [title]
      xml: {name: paper}
      properties:
        title: {type: string, description: Its title., example: Morning News}
        price: {type: string, format: decimal, description: Its price., example: "1.50"}
"##;

/// The folders that `generate` reads and writes, as they are.
fn checked_in() -> Folder {
    let folder = Folder::new();
    for part in ["specs", "generated/src", "sandbox/src"] {
        copy(&root().join(part), &folder.path().join(part));
    }
    folder
}

/// The same, up to date: that the checked-in source is so is the business of one test.
fn project() -> Folder {
    let folder = checked_in();
    generate(folder.path(), &[]).fine();
    folder
}

/// Runs `lavka generate` there.
fn generate(folder: &Path, args: &[&str]) -> Run {
    let mut command = lavka();
    command.arg("generate").args(args).current_dir(folder);
    finish(command, None)
}

/// Replaces a text that occurs once in a spec.
fn change(folder: &Folder, spec: &str, from: &str, to: &str) {
    let path = folder.path().join("specs").join(spec);
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(
        text.matches(from).count(),
        1,
        "`{from}` must occur once in {spec}"
    );
    fs::write(&path, text.replace(from, to)).unwrap();
}

/// The line, counted from 1, on which a text is in a spec.
fn line_of(folder: &Folder, spec: &str, text: &str) -> usize {
    let source = fs::read_to_string(folder.path().join("specs").join(spec)).unwrap();
    source.lines().position(|line| line.contains(text)).unwrap() + 1
}

#[test]
fn the_checked_in_source_is_what_the_specs_say() {
    let folder = checked_in();
    let before = folder.files();
    assert_eq!(generate(folder.path(), &["--check"]).fine(), "");
    assert_eq!(generate(folder.path(), &[]).fine(), "");
    assert!(
        before == folder.files(),
        "a run with nothing to do changed files"
    );
}

#[test]
fn a_changed_field_is_drift_until_it_is_generated() {
    let folder = project();
    change(
        &folder,
        "fileflare.yaml",
        "        variant_name:\n",
        "        variant_title:\n",
    );
    let before = folder.files();

    let check = generate(folder.path(), &["--check"]);
    assert_eq!(check.code, Some(1));
    assert_eq!(
        check.err,
        "lavka: the generated source differs from the specs; run `lavka generate`\n"
    );
    let types = check
        .out
        .lines()
        .find(|line| line.contains("generated/src/fileflare/types.rs"))
        .unwrap_or_else(|| {
            panic!("the file is not named: {}", check.out);
        });
    let line: usize = types
        .strip_prefix("specs/fileflare.yaml: generated/src/fileflare/types.rs differs from line ")
        .and_then(|rest| rest.strip_suffix(" on"))
        .unwrap_or_else(|| panic!("{types}"))
        .parse()
        .unwrap();
    assert!(
        check
            .out
            .contains("specs/fileflare.yaml: sandbox/src/embedded/fileflare.json differs"),
        "{}",
        check.out
    );
    assert!(
        check
            .out
            .lines()
            .all(|line| line.starts_with("specs/fileflare.yaml: ")),
        "{}",
        check.out
    );
    assert!(before == folder.files(), "--check wrote something");
    // The line that is named is where the change begins.
    let old = String::from_utf8(before["generated/src/fileflare/types.rs"].clone()).unwrap();

    let out = generate(folder.path(), &[]).fine();
    assert!(
        out.contains("specs/fileflare.yaml: generated/src/fileflare/types.rs rewritten from line "),
        "{out}"
    );
    assert_eq!(out.lines().count(), check.out.lines().count());
    let after = folder.files();
    let new = String::from_utf8(after["generated/src/fileflare/types.rs"].clone()).unwrap();
    let same = old
        .lines()
        .zip(new.lines())
        .take_while(|(old, new)| old == new)
        .count();
    assert_eq!(line, same + 1);
    assert!(new.contains("pub variant_title:") && !new.contains("variant_name"));
    // Nothing else was touched.
    for (name, bytes) in &after {
        let named = check.out.contains(&format!(": {name} differs"));
        assert_eq!(before.get(name) != Some(bytes), named, "{name}");
    }
    assert_eq!(before.len(), after.len());

    assert_eq!(generate(folder.path(), &["--check"]).fine(), "");
}

#[test]
fn broken_specs_give_all_findings_and_write_nothing() {
    let folder = project();
    // A right change in one spec, faults in two others.
    change(
        &folder,
        "insales_digital.yaml",
        "operationId: get_order\n",
        "operationId: get_the_order\n",
    );
    change(
        &folder,
        "fileflare.yaml",
        "#/components/schemas/CustomerOrder\"",
        "#/components/schemas/CustomerOrdr\"",
    );
    change(
        &folder,
        "qnits.yaml",
        "#/components/schemas/CreatedOrder\"",
        "#/components/schemas/CreatedOrdr\"",
    );
    let before = folder.files();
    for args in [&[][..], &["--check"]] {
        let run = generate(folder.path(), args);
        assert_eq!(
            (run.code, run.out.as_str()),
            (Some(1), ""),
            "{args:?}: {}",
            run.err
        );
        let first = line_of(&folder, "fileflare.yaml", "CustomerOrdr");
        let second = line_of(&folder, "qnits.yaml", "CreatedOrdr");
        assert!(
            run.err
                .contains(&format!("--> specs/fileflare.yaml:{first}:")),
            "{}",
            run.err
        );
        assert!(
            run.err.contains(&format!("--> specs/qnits.yaml:{second}:")),
            "{}",
            run.err
        );
        assert!(
            run.err.ends_with("\nlavka: nothing was written\n"),
            "{}",
            run.err
        );
        assert!(before == folder.files(), "{args:?} changed files");
    }
}

#[test]
fn a_file_that_no_spec_makes_is_named_and_removed() {
    let folder = project();
    let old = "// @generated by lavka-codegen from `orders.yaml`. Change the spec, then run `lavka generate`.\n";
    let stale = folder.write("generated/src/fileflare/orders.rs", old);
    let own = folder.write("generated/src/by_hand.rs", "// ours\n");
    let before = folder.files();

    let check = generate(folder.path(), &["--check"]);
    assert_eq!(check.code, Some(1));
    assert_eq!(
        check.out,
        "specs/fileflare.yaml: generated/src/fileflare/orders.rs belongs to no spec\n"
    );
    assert!(before == folder.files());

    let out = generate(folder.path(), &[]).fine();
    assert_eq!(
        out,
        "specs/fileflare.yaml: generated/src/fileflare/orders.rs removed\n"
    );
    assert!(!stale.exists());
    assert!(own.exists(), "a file written by hand was removed");
    assert_eq!(generate(folder.path(), &["--check"]).fine(), "");
}

#[test]
fn a_file_of_somebody_else_s_is_never_lost() {
    let folder = project();
    let theirs = folder.write("generated/src/fileflare/orders.rs", "// by hand\n");
    fs::write(
        folder.path().join("generated/src/qnits/types.rs"),
        "// by hand too\n",
    )
    .unwrap();
    let before = folder.files();
    let refused = generate(folder.path(), &[]);
    assert_eq!((refused.code, refused.out.as_str()), (Some(1), ""));
    assert!(
        refused.err.contains("was not written by this generator"),
        "{}",
        refused.err
    );
    assert!(theirs.exists() && before == folder.files());
}

#[test]
fn two_specs_for_one_module_are_refused() {
    let folder = project();
    fs::copy(
        folder.path().join("specs/qnits.yaml"),
        folder.path().join("specs/qnits-.yaml"),
    )
    .unwrap();
    let before = folder.files();
    let refused = generate(folder.path(), &[]);
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.err.contains("would both make the module `qnits`"),
        "{}",
        refused.err
    );
    assert!(before == folder.files());
}

#[test]
fn a_missing_file_is_named_and_written() {
    let folder = project();
    let missing = folder.path().join("generated/src/qnits/client.rs");
    let bytes = fs::read(&missing).unwrap();
    fs::remove_file(&missing).unwrap();
    let check = generate(folder.path(), &["--check"]);
    assert_eq!(check.code, Some(1));
    assert_eq!(
        check.out,
        "specs/qnits.yaml: generated/src/qnits/client.rs is missing\n"
    );
    assert_eq!(
        generate(folder.path(), &[]).fine(),
        "specs/qnits.yaml: generated/src/qnits/client.rs written\n"
    );
    assert_eq!(fs::read(&missing).unwrap(), bytes);
}

#[test]
fn somebody_s_own_spec_becomes_a_module_without_our_features() {
    let folder = Folder::new();
    folder.write("kiosk.yaml", OWN_SPEC);
    let out = generate(
        folder.path(),
        &["--specs", "kiosk.yaml", "--out", "src/api"],
    )
    .fine();
    let files = folder.files();
    let written: Vec<&String> = files
        .keys()
        .filter(|name| name.starts_with("src/api/kiosk/"))
        .collect();
    assert!(
        written.iter().any(|name| name.ends_with("/mod.rs")),
        "{written:?}"
    );
    assert_eq!(
        files.len(),
        written.len() + 1,
        "something else was written: {:?}",
        files.keys()
    );
    let lines = out.lines().filter(|line| line.ends_with(" written"));
    assert_eq!(lines.count(), written.len());
    let mut all = String::new();
    for name in written {
        assert!(
            out.contains(&format!("kiosk.yaml: {name} written\n")),
            "{name} is not named in: {out}"
        );
        all.push_str(std::str::from_utf8(&files[name]).unwrap());
    }
    assert!(
        !all.contains("cfg(feature"),
        "a feature of ours is in somebody's crate"
    );
    assert!(
        all.contains("pub struct Paper ") && all.contains("Call<'_, types::Paper>"),
        "{all}"
    );

    // A second run finds nothing to do, and a check agrees.
    assert_eq!(
        generate(
            folder.path(),
            &["--specs", "kiosk.yaml", "--out", "src/api"]
        )
        .fine(),
        ""
    );
    assert_eq!(
        generate(
            folder.path(),
            &["--specs", "kiosk.yaml", "--out", "src/api", "--check"]
        )
        .fine(),
        ""
    );
    // A folder of specs does the same.
    let out = generate(folder.path(), &["--specs", ".", "--out", "other"]).fine();
    assert!(out.contains("other/kiosk/mod.rs written"), "{out}");
    let other = folder.files();
    for (name, bytes) in other.iter().filter(|(name, _)| name.starts_with("other/")) {
        assert!(
            &other[&name.replace("other/", "src/api/")] == bytes,
            "{name} differs"
        );
    }
}

/// cyclosproject/ng-openapi-gen#399, OpenAPITools/openapi-generator#10314: the module of a spec that is gone, or is called
/// something else now, is named.
#[test]
fn the_module_of_a_spec_that_is_gone_is_named_and_removed() {
    let folder = Folder::new();
    let (one, two) = (OWN_SPEC, OWN_SPEC.replace("Kiosk", "Stand"));
    folder.write("specs/one.yaml", one);
    let second = folder.write("specs/two.yaml", &two);
    let here = ["--specs", "specs", "--out", "src/api"];
    generate(folder.path(), &here).fine();
    let by_hand = folder.write("src/api/hand.rs", "// ours\n");
    let check = [&here[..], &["--check"]].concat();
    assert_eq!(generate(folder.path(), &check).fine(), "");

    fs::rename(&second, folder.path().join("specs/three.yaml")).unwrap();
    let renamed = generate(folder.path(), &check);
    assert_eq!(renamed.code, Some(1), "{}", renamed.out);
    assert!(
        renamed.out.contains("src/api/two/mod.rs"),
        "{}",
        renamed.out
    );
    assert!(
        renamed.out.contains("src/api/three/mod.rs"),
        "{}",
        renamed.out
    );

    fs::remove_file(folder.path().join("specs/three.yaml")).unwrap();
    let before = folder.files();
    let gone = generate(folder.path(), &check);
    assert_eq!(gone.code, Some(1), "{}", gone.out);
    let named: Vec<&str> = gone.out.lines().collect();
    assert!(
        !named.is_empty() && named.iter().all(|line| line.contains("src/api/two/")),
        "{named:?}"
    );
    assert!(before == folder.files(), "a check changed files");

    generate(folder.path(), &here).fine();
    assert!(!folder.path().join("src/api/two/mod.rs").exists());
    assert!(folder.path().join("src/api/one/mod.rs").exists() && by_hand.exists());
    assert_eq!(generate(folder.path(), &check).fine(), "");
}

/// A spec of so many operations, with two tags in turn.
fn tagged(count: usize) -> String {
    let operations = (0..count).map(|number| {
        let tag = ["Papers", "Mod"][number % 2];
        format!(
            "  /n{number}:\n    get: {{operationId: get_n{number}, tags: [{tag}], responses: {{'204': {{description: Nothing.}}}}}}\n"
        )
    });
    let head = "openapi: 3.0.3\ninfo: {title: Kiosk, version: '1'}\nservers: [{url: 'https://kiosk.example.invalid'}]\npaths:\n";
    std::iter::once(head.to_owned()).chain(operations).collect()
}

#[test]
fn an_api_that_grows_and_shrinks_leaves_no_files_of_its_tags() {
    let folder = Folder::new();
    folder.write("kiosk.yaml", tagged(101));
    folder.write("other.yaml", OWN_SPEC);
    let args = &["kiosk.yaml", "--out", "src"];
    let other = &["other.yaml", "--out", "src"];
    generate(folder.path(), other);
    let others = folder.files();

    let out = generate(folder.path(), args).out;
    for file in [
        "client/papers",
        "client/mod_tag",
        "operations/papers",
        "client",
    ] {
        let line = format!("kiosk.yaml: src/kiosk/{file}.rs written\n");
        assert!(out.contains(&line), "{file}: {out}");
    }
    assert_eq!(
        generate(folder.path(), &["kiosk.yaml", "--out", "src", "--check"]).fine(),
        ""
    );

    // With fewer operations there is one file of each kind. A file of somebody else's among those of tags is not lost.
    folder.write("kiosk.yaml", tagged(100));
    let theirs = folder.write("src/kiosk/client/notes.rs", "// by hand\n");
    let before = folder.files();
    let refused = generate(folder.path(), args);
    assert_eq!((refused.code, refused.out.as_str()), (Some(1), ""));
    assert!(before == folder.files(), "something was changed");
    fs::remove_file(theirs).unwrap();
    let out = generate(folder.path(), args).out;
    assert!(
        out.contains("kiosk.yaml: src/kiosk/client/papers.rs removed\n"),
        "{out}"
    );
    assert!(!folder.path().join("src/kiosk/client").exists());
    let mut left = folder.files();
    left.retain(|name, _| !name.starts_with("src/kiosk/") && name != "kiosk.yaml");
    assert!(
        others
            .iter()
            .all(|(name, text)| name == "kiosk.yaml" || left.get(name) == Some(text))
    );

    // A module whose spec is gone goes with its folders.
    folder.write("specs/kiosk.yaml", tagged(101));
    folder.write("specs/other.yaml", OWN_SPEC);
    generate(folder.path(), &["--specs", "specs", "--out", "src"]);
    assert!(folder.path().join("src/kiosk/client/papers.rs").is_file());
    fs::remove_file(folder.path().join("specs/kiosk.yaml")).unwrap();
    let out = generate(folder.path(), &["--specs", "specs", "--out", "src"]).out;
    assert!(
        out.contains("src/kiosk/client/papers.rs removed\n"),
        "{out}"
    );
    assert!(!folder.path().join("src/kiosk").exists());
}

#[test]
fn the_same_specs_give_the_same_bytes() {
    let folder = Folder::new();
    copy(&root().join("specs"), &folder.path().join("specs"));
    for out in ["one", "two"] {
        generate(folder.path(), &["--out", out]).fine();
    }
    let files = folder.files();
    let ones: Vec<_> = files
        .iter()
        .filter(|(name, _)| name.starts_with("one/"))
        .collect();
    assert!(ones.len() >= 5 * 4, "{}", ones.len());
    for (name, bytes) in ones {
        assert!(
            &files[&name.replacen("one/", "two/", 1)] == bytes,
            "{name} differs"
        );
    }
}

#[test]
fn missing_folders_are_named() {
    let folder = Folder::new();
    let line = generate(folder.path(), &[]).one_line(2);
    assert!(
        line.contains("generated/src") && line.contains("--out"),
        "{line}"
    );

    let run = generate(folder.path(), &["--specs", "nowhere", "--out", "out"]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    let first = run.err.lines().next().unwrap();
    let missing = "lavka: there is no file or folder `nowhere`";
    assert!(first.starts_with(missing), "{first}");

    fs::create_dir(folder.path().join("empty")).unwrap();
    let run = generate(folder.path(), &["--specs", "empty", "--out", "out"]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(
        run.err.starts_with("lavka: empty: there is no .yaml"),
        "{}",
        run.err
    );
    assert!(folder.files().is_empty());
}

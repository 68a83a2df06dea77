//! The desktop entry: how a desktop shows and starts the program (Desktop Entry Specification 1.5).

/// What the program is called wherever a desktop asks: its window, entry, icon, notifications.
pub const APP_ID: &str = "app.onward.Onward";

/// The entry as packages install it, with the program found by its name.
pub const PACKAGED: &str = include_str!("../../assets/desktop/app.onward.Onward.desktop");

/// The name it starts the program by.
const NAME: &str = "onward";

/// The entry with the program at this path in the place of the one found by its name.
pub fn entry_for(program: &str) -> String {
    let lines = PACKAGED.lines().map(|line| match line.split_once('=') {
        Some(("Exec", command)) => format!("Exec={}", command_of(program, command)),
        Some(("TryExec", _)) => format!("TryExec={}", escaped(program)),
        _ => line.to_owned(),
    });
    lines.map(|line| line + "\n").collect()
}

/// The entry by which a session starts the program at this path, in the tray (Desktop Application
/// Autostart Specification 0.5).
pub fn autostart_for(program: &str) -> String {
    let taken = |line: &&str| {
        let key = line.split(['=', '[']).next().unwrap_or_default();
        ["Type", "Version", "Name", "Comment", "Icon", "Terminal"].contains(&key)
    };
    let main = PACKAGED.lines().skip(1).take_while(|line| !line.starts_with('['));
    let mut entry = "[Desktop Entry]\n".to_owned();
    for line in main.filter(taken) {
        entry.push_str(line);
        entry.push('\n');
    }
    let command = escaped(&quoted(program));
    format!("{entry}Exec={command} --hidden\n{ENABLED}=true\n")
}

/// The key with which GNOME's settings turn an entry off.
const ENABLED: &str = "X-GNOME-Autostart-enabled";

/// Whether a session starts what this entry names: no setting of a desktop has turned it off.
pub fn starts(entry: &str) -> bool {
    let is = |key: &str, wanted: &str| {
        let of = |line: &str| {
            let (name, value) = line.split_once('=')?;
            (name.trim() == key).then(|| value.trim() == wanted)
        };
        entry.lines().filter_map(of).next_back().unwrap_or(false)
    };
    !is("Hidden", "true") && !is(ENABLED, "false")
}

/// A command line with the program at this path in the place of its name.
fn command_of(program: &str, command: &str) -> String {
    let arguments = command.strip_prefix(NAME).unwrap_or_default();
    escaped(&quoted(program)) + arguments
}

/// An argument of `Exec` (§ The Exec key): quoted, with what a shell would read behind a backslash, and
/// no percent sign that could be taken for a field code.
fn quoted(argument: &str) -> String {
    let mut text = String::from("\"");
    for letter in argument.chars() {
        match letter {
            '"' | '`' | '$' | '\\' => text.extend(['\\', letter]),
            '%' => text.push_str("%%"),
            _ => text.push(letter),
        }
    }
    text + "\""
}

/// A value of type string (§ Possible value types).
fn escaped(value: &str) -> String {
    let mut text = String::new();
    for letter in value.chars() {
        match letter {
            '\\' => text.push_str(r"\\"),
            '\n' => text.push_str(r"\n"),
            '\t' => text.push_str(r"\t"),
            '\r' => text.push_str(r"\r"),
            _ => text.push(letter),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(entry: &str, key: &str) -> String {
        let of = |line: &str| line.strip_prefix(key)?.strip_prefix('=').map(str::to_owned);
        entry.lines().find_map(of).unwrap()
    }

    #[test]
    fn the_packaged_entry_finds_the_program_by_its_name() {
        assert_eq!(
            (value(PACKAGED, "Exec").as_str(), value(PACKAGED, "Icon").as_str()),
            ("onward %U", APP_ID)
        );
        assert_eq!(value(PACKAGED, "StartupWMClass"), APP_ID);
    }

    #[test]
    fn a_session_starts_it_in_the_tray_unless_that_was_turned_off() {
        let entry = autostart_for("/opt/on ward");
        assert_eq!(value(&entry, "Exec"), r#""/opt/on ward" --hidden"#);
        assert_eq!(value(&entry, "Icon"), APP_ID);
        assert_eq!(entry.lines().filter(|line| line.starts_with('[')).count(), 1, "{entry}");
        assert!(!entry.contains("StartupWMClass") && entry.contains("Name=Onward\n"));
        assert!(starts(&entry));
        assert!(!starts(&entry.replace("enabled=true", "enabled=false")));
        assert!(!starts(&(entry.clone() + "Hidden = true\n")));
        assert!(starts(&(entry + "Hidden=false\n")));
    }

    #[test]
    fn every_path_can_be_named() {
        for (program, command, tried) in [
            ("/usr/bin/onward", r#""/usr/bin/onward""#, "/usr/bin/onward"),
            ("/home/a b/onward", r#""/home/a b/onward""#, "/home/a b/onward"),
            ("/x/50%/onward", r#""/x/50%%/onward""#, "/x/50%/onward"),
            (r#"/x/a"b/onward"#, r#""/x/a\\"b/onward""#, r#"/x/a"b/onward"#),
            ("/x/$HOME/`id`", r#""/x/\\$HOME/\\`id\\`""#, "/x/$HOME/`id`"),
            (r"/x/a\b", r#""/x/a\\\\b""#, r"/x/a\\b"),
            ("/x/a\nb", r#""/x/a\nb""#, r"/x/a\nb"),
        ] {
            let entry = entry_for(program);
            assert_eq!(value(&entry, "Exec"), format!("{command} %U"));
            assert_eq!(value(&entry, "TryExec"), tried);
            assert!(entry.contains(&format!("Exec={command} --from-clipboard\n")));
            assert_eq!(entry.lines().count(), PACKAGED.lines().count());
        }
    }
}

//! Writes what packages bring beside the program: the manual pages, and the completions of four shells.
//!
//! `cargo run --example pages -- DIR` makes `DIR/man/onward.1`, one page more for each command, and
//! `DIR/completions/`.

use std::path::{Path, PathBuf};
use std::{fs, io};

use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

fn main() -> io::Result<()> {
    let dir = std::env::args_os().nth(1).map(PathBuf::from);
    let dir = dir.ok_or_else(|| io::Error::other("say where to: pages DIR"))?;
    let (man, completions) = (dir.join("man"), dir.join("completions"));
    fs::create_dir_all(&man)?;
    fs::create_dir_all(&completions)?;
    let command = onward::cli::arguments();
    clap_mangen::generate_to(command.clone(), &man)?;
    fs::write(man.join("onward.1"), page(command.clone())?)?;
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell] {
        write_completion(shell, &completions)?;
    }
    Ok(())
}

fn write_completion(shell: Shell, dir: &Path) -> io::Result<()> {
    clap_complete::generate_to(shell, &mut onward::cli::arguments(), "onward", dir).map(drop)
}

/// The page of the whole program, with what no argument says.
fn page(command: clap::Command) -> io::Result<Vec<u8>> {
    let man = Man::new(command.about("download manager that never starts over and never lies"));
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    man.render_subcommands_section(&mut page)?;
    more().to_writer(&mut page)?;
    man.render_version_section(&mut page)?;
    Ok(page)
}

fn more() -> Roff {
    let mut roff = Roff::new();
    let mut list = |section: &str, items: &[(&str, &str)]| {
        roff.control("SH", [section]);
        for (term, meaning) in items {
            roff.control("TP", []);
            roff.text([bold(*term)]);
            roff.text([roman(*meaning)]);
        }
    };
    list(
        "EXIT STATUS",
        &[
            ("0", "Finished."),
            ("1", "Failed for good; one line on standard error says what happened and what to do."),
            ("2", "Wrong usage."),
            ("3", "Unfinished, and resumed by the same command."),
            ("130, 143", "Ended by SIGINT or SIGTERM; resumed by the same command."),
        ],
    );
    list(
        "ENVIRONMENT",
        &[
            ("ONWARD_DATA_DIR", "Where the database, the settings and the lock live."),
            (
                "http_proxy, https_proxy, all_proxy, no_proxy",
                "Proxies of downloads that name none.",
            ),
        ],
    );
    list(
        "FILES",
        &[
            ("~/.local/share/onward/", "The list of downloads, the lock and the socket."),
            ("~/.config/onward/settings.toml", "The settings."),
            (
                "NAME.part",
                "The bytes of a download that is not finished, beside where it will stand.",
            ),
            ("portable.txt", "Beside the program: everything is kept in the folder data there."),
        ],
    );
    roff
}

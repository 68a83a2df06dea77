//! The desktop: opening a file, showing it in its folder, letting the user choose a folder.

use std::path::Path;

use crate::model::url::SourceUrl;

/// Opens a file with the program for it.
pub(super) fn open(path: &Path) -> Result<(), String> {
    opener::open(path).map_err(|error| error.to_string())
}

/// Opens a web page in the browser.
pub(super) fn open_page(page: &SourceUrl) -> Result<(), String> {
    opener::open_browser(page.as_str()).map_err(|error| error.to_string())
}

/// Shows a file in the file manager; its folder where the file is not there.
pub(super) fn reveal(path: &Path) -> Result<(), String> {
    let nearest = path.ancestors().find(|p| p.exists()).unwrap_or(path);
    if nearest == path {
        return opener::reveal(path).map_err(|error| error.to_string());
    }
    open(nearest)
}

/// Asks for a folder. None where the dialog was left or the desktop has none.
pub(super) async fn choose_folder(from: &Path) -> Option<std::path::PathBuf> {
    let dialog = rfd::AsyncFileDialog::new().set_directory(from);
    dialog.pick_folder().await.map(|folder| folder.path().to_owned())
}

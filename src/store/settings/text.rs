//! What stands in a settings file: read key by key, so that one wrong value costs only itself, and
//! changed key by key, so that what is not changed stays as it was written. Pure.

use serde_json::{Map, Value};
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use crate::model::settings::Settings;

/// What a new file begins with.
const HEAD: &str = "# Settings of Onward. What you change here counts from the next start, or from \
                    the next change in the\n# window; comments and keys Onward does not know are \
                    kept.\n";

/// It is no TOML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Broken;

/// What a text says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Read {
    /// The settings, with the defaults for what is not said or cannot be used.
    pub settings: Settings,
    /// Keys whose values cannot be used.
    pub wrong: Vec<String>,
}

/// Reads a whole text.
pub(super) fn read(text: &str) -> Result<Read, Broken> {
    let document: DocumentMut = text.parse().map_err(|_| Broken)?;
    let mut good = Map::new();
    let mut wrong = Vec::new();
    for key in keys().keys() {
        let Some(item) = document.get(key) else { continue };
        match usable(key, item) {
            Some(value) => drop(good.insert(key.clone(), value)),
            None => wrong.push(key.clone()),
        }
    }
    let settings = from_fields(good).unwrap_or_default();
    Ok(Read { settings, wrong })
}

/// `text` with every key that `now` has other than `before`. None where a value has no text.
pub(super) fn changed(
    text: &str,
    before: &Settings,
    now: &Settings,
) -> Result<Option<String>, Broken> {
    let mut document: DocumentMut = text.parse().map_err(|_| Broken)?;
    let (Some(before), Some(now)) = (fields(before), fields(now)) else { return Ok(None) };
    for (key, value) in now {
        if before.get(&key) != Some(&value) {
            set(&mut document, &key, &value);
        }
    }
    Ok(Some(with_head(text, document.to_string())))
}

/// The comment a text begins with stays its beginning, whatever is put in or taken away behind it.
fn with_head(before: &str, now: String) -> String {
    let is_head = |line: &&str| line.starts_with('#') || line.trim().is_empty();
    let lines = before.split_inclusive('\n').take_while(is_head);
    let head = &before[..lines.map(str::len).sum()];
    if now.starts_with(head) { now } else { format!("{head}{}", now.replacen(head, "", 1)) }
}

/// A whole new text: only what is not as by default. None where a value has no text.
pub(super) fn new(settings: &Settings) -> Option<String> {
    let told = changed("", &Settings::default(), settings).ok().flatten()?;
    let gap = if told.is_empty() { "" } else { "\n" };
    Some(format!("{HEAD}{gap}{}", told.trim_start_matches('\n')))
}

/// Every key there is, with its default.
fn keys() -> Map<String, Value> {
    fields(&Settings::default()).unwrap_or_default()
}

fn fields(settings: &Settings) -> Option<Map<String, Value>> {
    // Through text, since a path that is not UTF-8 is refused there.
    serde_json::from_str(&serde_json::to_string(settings).ok()?).ok()
}

fn from_fields(fields: Map<String, Value>) -> Option<Settings> {
    serde_json::from_value(Value::Object(fields)).ok()
}

/// The value of a key, where it is one of its kind and within bounds.
fn usable(key: &str, item: &Item) -> Option<Value> {
    let value = to_json(item)?;
    let alone: Map<String, Value> = [(key.to_owned(), value.clone())].into_iter().collect();
    let settings = from_fields(alone)?;
    (settings.clone().within_bounds() == settings).then_some(value)
}

fn to_json(item: &Item) -> Option<Value> {
    match item {
        Item::None => None,
        Item::Value(value) => of_value(value),
        Item::Table(table) => of_table(table),
        Item::ArrayOfTables(tables) => tables.iter().map(of_table).collect(),
    }
}

fn of_table(table: &Table) -> Option<Value> {
    let pairs = table.iter().map(|(key, item)| Some((key.to_owned(), to_json(item)?)));
    pairs.collect::<Option<Map<_, _>>>().map(Value::Object)
}

fn of_value(value: &toml_edit::Value) -> Option<Value> {
    use toml_edit::Value as Toml;
    match value {
        Toml::String(text) => Some(Value::from(text.value().as_str())),
        Toml::Integer(number) => Some(Value::from(*number.value())),
        Toml::Float(number) => Some(Value::from(*number.value())),
        Toml::Boolean(yes) => Some(Value::from(*yes.value())),
        // No setting is a date; one is as wrong as any other text.
        Toml::Datetime(date) => Some(Value::from(date.value().to_string())),
        Toml::Array(items) => items.iter().map(of_value).collect(),
        Toml::InlineTable(table) => {
            let pairs = table.iter().map(|(key, item)| Some((key.to_owned(), of_value(item)?)));
            pairs.collect::<Option<Map<_, _>>>().map(Value::Object)
        }
    }
}

/// Puts a value in the place of the one before it, whose comment stays; nothing takes the key away.
fn set(document: &mut DocumentMut, key: &str, new: &Value) {
    if let Value::Array(entries) = new {
        let tables = entries.iter().filter_map(Value::as_object);
        let tables = put_tables(document.get(key), tables);
        if tables.is_empty() {
            remove(document, key);
        } else {
            document.insert(key, Item::ArrayOfTables(tables));
        }
        return;
    }
    let Some(mut fresh) = to_toml(new) else {
        remove(document, key);
        return;
    };
    let old = document.get(key).and_then(Item::as_value);
    if let Some(old) = old {
        *fresh.decor_mut() = old.decor().clone();
    }
    // A key that is there keeps its place and the comment above it.
    match document.get_mut(key) {
        Some(item) => *item = Item::Value(fresh),
        None => drop(document.insert(key, value(fresh))),
    }
}

/// Takes a key away. What was written above it goes to the key behind it.
fn remove(document: &mut DocumentMut, key: &str) {
    let prefix = |decor: &toml_edit::Decor| {
        decor.prefix().and_then(|raw| raw.as_str()).unwrap_or_default().to_owned()
    };
    let above =
        document.key(key).map(|key| prefix(key.leaf_decor())).filter(|text| text.contains('#'));
    let values = document.iter().filter(|(name, item)| *name == key || item.is_value());
    let next = values.skip_while(|(name, _)| *name != key).nth(1).map(|(name, _)| name.to_owned());
    document.remove(key);
    let Some(above) = above else { return };
    if let Some(mut next) = next.and_then(|next| document.key_mut(&next)) {
        let own = prefix(next.leaf_decor_mut());
        next.leaf_decor_mut().set_prefix(above + &own);
        return;
    }
    let end = document.trailing().as_str().unwrap_or_default().to_owned();
    document.set_trailing(above + &end);
}

/// The tables of a list, those that are as before with their comments.
fn put_tables<'a>(
    before: Option<&Item>,
    entries: impl Iterator<Item = &'a Map<String, Value>>,
) -> ArrayOfTables {
    let mut left: Vec<Table> =
        before.and_then(Item::as_array_of_tables).into_iter().flatten().cloned().collect();
    let mut tables = ArrayOfTables::new();
    for entry in entries {
        let as_before = Value::Object(entry.clone());
        let known = left.iter().position(|table| of_table(table).as_ref() == Some(&as_before));
        let mut table = known.map_or_else(|| new_table(entry), |at| left.remove(at));
        // Else they would be written in the order they once had.
        table.set_position(None);
        tables.push(table);
    }
    tables
}

fn new_table(entry: &Map<String, Value>) -> Table {
    let mut table = Table::new();
    for (key, new) in entry {
        if let Some(new) = to_toml(new) {
            table.insert(key, value(new));
        }
    }
    table
}

fn to_toml(value: &Value) -> Option<toml_edit::Value> {
    match value {
        Value::Null => None,
        Value::Bool(yes) => Some((*yes).into()),
        Value::Number(number) => {
            let whole = number.as_i64().map(toml_edit::Value::from);
            whole.or_else(|| number.as_f64().map(toml_edit::Value::from))
        }
        Value::String(text) => Some(text.as_str().into()),
        Value::Array(items) => {
            let items = items.iter().filter_map(to_toml);
            Some(toml_edit::Value::Array(items.collect()))
        }
        Value::Object(fields) => {
            let pairs = fields.iter().filter_map(|(key, value)| Some((key, to_toml(value)?)));
            let table: toml_edit::InlineTable = pairs.collect();
            Some(toml_edit::Value::InlineTable(table))
        }
    }
}

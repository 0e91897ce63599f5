//! The ids that a request asks about, in the reply: a sample shows those of the document.

use serde_json::Value;

use crate::api::{Api, Operation};
use crate::media::Media;
use crate::respond::{self, Outgoing};

/// What a request asks about.
pub(crate) struct Asked<'a> {
    /// Parameters of path and query.
    pub(crate) parameters: Vec<&'a (String, String)>,
    /// The body.
    pub(crate) body: Option<&'a Value>,
}

/// The reply to a request that is right, with the ids that it asked about. Where they are not the documented ones, a sample of
/// our own is preferred to the document's, whose other values belong to the documented ids.
pub(crate) fn success(
    api: &Api,
    operation: &Operation,
    media: Option<&Media>,
    case: Option<&str>,
    asked: &Asked<'_>,
) -> Outgoing {
    let shown = respond::success(api, operation, media, case);
    let (Some(media), 200..300) = (media, shown.status) else {
        return shown;
    };
    let read = |outgoing: &Outgoing| media.value(&api.document, api.dialect, &outgoing.body).ok();
    let Some(mut value) = read(&shown) else {
        return shown;
    };
    if !replace(api, media, &mut value, asked) {
        return shown;
    }
    let outgoing = match case {
        Some(_) => shown,
        None => respond::success(api, operation, Some(media), Some("synthetic")),
    };
    let Some(mut value) = read(&outgoing) else {
        return outgoing;
    };
    replace(api, media, &mut value, asked);
    Outgoing {
        body: respond::write(api, media, &value),
        ..outgoing
    }
}

/// Puts the ids into a reply; whether one was another before.
fn replace(api: &Api, media: &Media, value: &mut Value, asked: &Asked<'_>) -> bool {
    let envelope = media
        .schema
        .as_ref()
        .and_then(|schema| api.document.resolve(schema).get("x-envelope"));
    let content = envelope.and_then(|envelope| envelope.get("content")?.as_str());
    let content = match content {
        Some(name) => value.get_mut(name),
        None => Some(value),
    };
    match (content, asked.body) {
        (Some(object @ Value::Object(_)), _) => object_ids(object, &asked.parameters),
        (Some(Value::Array(items)), Some(Value::Array(requested))) => item_ids(items, requested),
        _ => false,
    }
}

/// Parameters and properties of the same name: `taskId` and `TaskId`, `id` and `id`.
fn object_ids(object: &mut Value, parameters: &[&(String, String)]) -> bool {
    let mut changed = false;
    for (name, wanted) in parameters {
        let Some((key, old)) = object.as_object().and_then(|members| {
            let mut ids = members.iter().filter(|(key, _)| is_id(key));
            let (key, old) = ids.find(|(key, _)| plain(key) == plain(name))?;
            Some((key.clone(), old.clone()))
        }) else {
            continue;
        };
        let new = match old {
            Value::String(_) => Some(Value::from(wanted.as_str())),
            Value::Number(_) => wanted.parse::<i64>().ok().map(Value::from),
            _ => None,
        };
        if let Some(new) = new.filter(|new| *new != old) {
            references(object, &old, &new);
            if let Some(id) = object.get_mut(&key) {
                *id = new;
            }
            changed = true;
        }
    }
    changed
}

/// Properties that refer to an object by its id: `product-id` of a product's variants.
fn references(value: &mut Value, old: &Value, new: &Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| references(item, old, new)),
        Value::Object(members) => {
            for (key, member) in members {
                if member == old && is_id(key) && plain(key) != "id" {
                    *member = new.clone();
                } else {
                    references(member, old, new);
                }
            }
        }
        _ => {}
    }
}

/// A list about the items of the request's list: one for each, with its id.
fn item_ids(items: &mut Vec<Value>, requested: &[Value]) -> bool {
    let key = items
        .first()
        .and_then(Value::as_object)
        .and_then(|item| item.keys().find(|key| is_id(key)).cloned());
    let Some(key) = key else {
        return false;
    };
    let ids: Option<Vec<&Value>> = requested.iter().map(|item| item.get(&key)).collect();
    let Some(ids) = ids else {
        return false;
    };
    let shown: Vec<Option<&Value>> = items.iter().map(|item| item.get(&key)).collect();
    if shown == ids.iter().copied().map(Some).collect::<Vec<_>>() {
        return false;
    }
    let samples = std::mem::take(items);
    for (index, id) in ids.into_iter().enumerate() {
        let sample = samples.get(index).or_else(|| samples.last());
        let mut item = sample.cloned().unwrap_or_default();
        if let Some(shown) = item.get_mut(&key) {
            *shown = id.clone();
        }
        items.push(item);
    }
    true
}

fn is_id(name: &str) -> bool {
    plain(name).ends_with("id")
}

/// A name without the marks between its words.
fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

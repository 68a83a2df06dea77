//! The notifications of the desktop (Desktop Notifications Specification 1.3): one of a kind stands at a
//! time, and what its buttons mean is kept with it.

use std::collections::HashMap;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use zbus::Connection;
use zbus::proxy::CacheProperties;
use zbus::zvariant::Value;

use super::notice::{Deed, Kind, Notice};
use crate::model::desktop_entry::APP_ID;

#[zbus::proxy(
    interface = "org.freedesktop.Notifications",
    default_service = "org.freedesktop.Notifications",
    default_path = "/org/freedesktop/Notifications"
)]
trait Notifications {
    #[zbus(name = "GetCapabilities")]
    fn capabilities(&self) -> zbus::Result<Vec<String>>;
    #[expect(clippy::too_many_arguments, reason = "the specification's")]
    fn notify(
        &self,
        app_name: &str,
        replaces_id: u32,
        app_icon: &str,
        summary: &str,
        body: &str,
        actions: &[&str],
        hints: HashMap<&str, Value<'_>>,
        expire_timeout: i32,
    ) -> zbus::Result<u32>;
    fn close_notification(&self, id: u32) -> zbus::Result<()>;
}

/// What the desktop tells of a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// One of its buttons, or itself, was clicked.
    Clicked(u32, String),
    /// What brings a window to the front, for the click that comes next.
    Token(u32, String),
    /// It is gone.
    Closed(u32),
}

impl Told {
    /// What a signal says; none where it is of no interest.
    fn of(signal: &zbus::Message) -> Option<Self> {
        let (header, body) = (signal.header(), signal.body());
        match header.member()?.as_str() {
            "ActionInvoked" => body.deserialize().ok().map(|(id, key)| Self::Clicked(id, key)),
            "ActivationToken" => body.deserialize().ok().map(|(id, token)| Self::Token(id, token)),
            "NotificationClosed" => {
                body.deserialize().ok().map(|(id, _reason): (u32, u32)| Self::Closed(id))
            }
            _ => None,
        }
    }
}

/// What comes of that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// Nothing.
    Nothing,
    /// This is wanted, by who has this startup id.
    Wanted(Deed, Option<String>),
    /// That of this kind is gone.
    Closed(Kind),
}

/// A notification that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Standing {
    id: u32,
    kind: Kind,
    deeds: Vec<Deed>,
    token: Option<String>,
}

/// Those that stand, one of a kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Stand(Vec<Standing>);

impl Stand {
    /// The number of that of a kind; 0 where none stands, as the specification has it.
    fn id(&self, kind: Kind) -> u32 {
        self.0.iter().find(|one| one.kind == kind).map_or(0, |one| one.id)
    }

    fn put(&mut self, new: Standing) {
        self.0.retain(|one| one.kind != new.kind);
        self.0.push(new);
    }

    fn hear(&mut self, told: Told) -> Heard {
        match told {
            Told::Clicked(id, key) => {
                let Some(one) = self.one(id) else { return Heard::Nothing };
                let deed = one.deeds.iter().find(|deed| deed.key() == key).copied();
                deed.map_or(Heard::Nothing, |deed| Heard::Wanted(deed, one.token.take()))
            }
            Told::Token(id, token) => {
                if let Some(one) = self.one(id) {
                    one.token = Some(token);
                }
                Heard::Nothing
            }
            Told::Closed(id) => {
                let Some(at) = self.0.iter().position(|one| one.id == id) else {
                    return Heard::Nothing;
                };
                Heard::Closed(self.0.remove(at).kind)
            }
        }
    }

    fn one(&mut self, id: u32) -> Option<&mut Standing> {
        self.0.iter_mut().find(|one| one.id == id)
    }
}

/// The way to the desktop's notifications.
pub(super) struct Notifier {
    proxy: NotificationsProxy<'static>,
    told: BoxStream<'static, Told>,
    /// What the desktop can show; none while it was not asked.
    can: Option<Vec<String>>,
    stand: Stand,
}

impl Notifier {
    /// Listens on the bus. Nobody need be there yet.
    pub(super) async fn new(bus: &Connection) -> zbus::Result<Self> {
        let builder = NotificationsProxy::builder(bus).cache_properties(CacheProperties::No);
        let proxy = builder.build().await?;
        // One stream, for their order counts: a click comes between its token and the end.
        let signals = proxy.inner().receive_all_signals().await?;
        let told = signals.filter_map(async |signal| Told::of(&signal)).boxed();
        Ok(Self { proxy, told, can: None, stand: Stand::default() })
    }

    /// What the desktop tells next, of any notification.
    pub(super) async fn next(&mut self) -> Option<Told> {
        self.told.next().await
    }

    /// What comes of it.
    pub(super) fn hear(&mut self, told: Told) -> Heard {
        self.stand.hear(told)
    }

    /// Shows a notice, in the place of the one of its kind.
    pub(super) async fn show(&mut self, notice: &Notice) -> zbus::Result<()> {
        let can = match &self.can {
            Some(can) => can,
            None => self.can.insert(self.proxy.capabilities().await?),
        };
        let has = |capability: &str| can.iter().any(|c| c == capability);
        let body = if has("body-markup") { escaped(&notice.body) } else { notice.body.clone() };
        let deeds = if has("actions") { notice.deeds.as_slice() } else { &[] };
        let actions: Vec<&str> =
            deeds.iter().flat_map(|(deed, text)| [deed.key(), text.as_str()]).collect();
        let hints = HashMap::from([
            ("desktop-entry", Value::from(APP_ID)),
            ("category", Value::from(notice.kind.category())),
        ]);
        let (before, by_desktop) = (self.stand.id(notice.kind), -1);
        let shown = self.proxy.notify(
            "Onward",
            before,
            APP_ID,
            &notice.title,
            &body,
            &actions,
            hints,
            by_desktop,
        );
        let id = shown.await?;
        let deeds = deeds.iter().map(|(deed, _)| *deed).collect();
        self.stand.put(Standing { id, kind: notice.kind, deeds, token: None });
        Ok(())
    }

    /// Takes away that of a kind.
    pub(super) async fn close_one(&mut self, kind: Kind) {
        let id = self.stand.id(kind);
        if id != 0 {
            self.stand.0.retain(|one| one.id != id);
            let _ = self.proxy.close_notification(id).await;
        }
    }

    /// Takes away those that stand.
    pub(super) async fn close(&mut self) {
        for one in std::mem::take(&mut self.stand).0 {
            // It may be gone already.
            let _ = self.proxy.close_notification(one.id).await;
        }
    }
}

/// Text as it stands in markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::JobId;

    #[test]
    fn only_what_is_told_of_ours_counts() {
        let open = Deed::Open(JobId(3));
        let kind = Kind::Finished;
        let mut stand = Stand::default();
        assert_eq!(stand.id(kind), 0);
        stand.put(Standing { id: 5, kind: Kind::Aside, deeds: vec![], token: None });
        stand.put(Standing { id: 6, kind, deeds: vec![], token: None });
        stand.put(Standing { id: 7, kind, deeds: vec![Deed::Show(None), open], token: None });
        assert_eq!((stand.id(kind), stand.id(Kind::Aside), stand.0.len()), (7, 5, 2));
        let clicked = |id, key: &str| Told::Clicked(id, key.to_owned());
        assert_eq!(stand.hear(clicked(6, "open")), Heard::Nothing);
        assert_eq!(stand.hear(clicked(7, "paste-link")), Heard::Nothing);
        assert_eq!(stand.hear(clicked(7, "open")), Heard::Wanted(open, None));
        assert_eq!(stand.hear(Told::Token(6, "x".into())), Heard::Nothing);
        assert_eq!(stand.hear(Told::Token(7, "t".into())), Heard::Nothing);
        let wanted = Heard::Wanted(Deed::Show(None), Some("t".into()));
        assert_eq!(stand.hear(clicked(7, "default")), wanted);
        assert_eq!(stand.hear(Told::Closed(6)), Heard::Nothing);
        assert_eq!(stand.hear(Told::Closed(7)), Heard::Closed(kind));
        assert_eq!((stand.id(kind), stand.0.len()), (0, 1));
    }

    #[test]
    fn a_name_is_no_markup() {
        assert_eq!(escaped("<b>R&D</b>.zip"), "&lt;b&gt;R&amp;D&lt;/b&gt;.zip");
    }
}

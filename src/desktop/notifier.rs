//! The notifications of the desktop (Desktop Notifications Specification 1.3): one stands at a time, and
//! what its buttons mean is kept with it.

use std::collections::HashMap;

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use zbus::Connection;
use zbus::proxy::CacheProperties;
use zbus::zvariant::Value;

use super::notice::{Deed, Notice};
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
    #[zbus(signal)]
    fn action_invoked(&self, id: u32, action_key: &str) -> zbus::Result<()>;
    #[zbus(signal)]
    fn notification_closed(&self, id: u32, reason: u32) -> zbus::Result<()>;
    #[zbus(signal)]
    fn activation_token(&self, id: u32, activation_token: &str) -> zbus::Result<()>;
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

/// What comes of that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// Nothing.
    Nothing,
    /// This is wanted, by who has this startup id.
    Wanted(Deed, Option<String>),
    /// Ours is gone.
    Closed,
}

/// The notification that stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Standing {
    id: u32,
    deeds: Vec<Deed>,
    token: Option<String>,
}

impl Standing {
    fn hear(&mut self, told: Told) -> Heard {
        match told {
            Told::Clicked(id, key) if id == self.id => {
                let deed = self.deeds.iter().find(|deed| deed.key() == key);
                deed.map_or(Heard::Nothing, |deed| Heard::Wanted(*deed, self.token.take()))
            }
            Told::Token(id, token) if id == self.id => {
                self.token = Some(token);
                Heard::Nothing
            }
            Told::Closed(id) if id == self.id => {
                *self = Self::default();
                Heard::Closed
            }
            Told::Clicked(..) | Told::Token(..) | Told::Closed(_) => Heard::Nothing,
        }
    }
}

/// The way to the desktop's notifications.
pub(super) struct Notifier {
    proxy: NotificationsProxy<'static>,
    told: BoxStream<'static, Told>,
    /// What the desktop can show; none while it was not asked.
    can: Option<Vec<String>>,
    standing: Standing,
}

impl Notifier {
    /// Listens on the bus. Nobody need be there yet.
    pub(super) async fn new(bus: &Connection) -> zbus::Result<Self> {
        let builder = NotificationsProxy::builder(bus).cache_properties(CacheProperties::No);
        let proxy = builder.build().await?;
        let clicked = proxy.receive_action_invoked().await?.filter_map(async |signal| {
            let args = signal.args().ok()?;
            Some(Told::Clicked(args.id, args.action_key.to_owned()))
        });
        let closed = proxy.receive_notification_closed().await?;
        let closed = closed.filter_map(async |signal| Some(Told::Closed(signal.args().ok()?.id)));
        let token = proxy.receive_activation_token().await?.filter_map(async |signal| {
            let args = signal.args().ok()?;
            Some(Told::Token(args.id, args.activation_token.to_owned()))
        });
        let told = stream::select(token.boxed(), stream::select(clicked.boxed(), closed.boxed()));
        Ok(Self { proxy, told: told.boxed(), can: None, standing: Standing::default() })
    }

    /// What the desktop tells next, of any notification.
    pub(super) async fn next(&mut self) -> Option<Told> {
        self.told.next().await
    }

    /// What comes of it.
    pub(super) fn hear(&mut self, told: Told) -> Heard {
        self.standing.hear(told)
    }

    /// Shows a notice, in the place of the one that stands.
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
        let category = if notice.is_bad { "transfer.error" } else { "transfer.complete" };
        let hints = HashMap::from([
            ("desktop-entry", Value::from(APP_ID)),
            ("category", Value::from(category)),
        ]);
        let (before, by_desktop) = (self.standing.id, -1);
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
        self.standing = Standing { id, deeds, token: None };
        Ok(())
    }

    /// Takes away the one that stands.
    pub(super) async fn close(&mut self) {
        let id = std::mem::take(&mut self.standing).id;
        if id != 0 {
            // It may be gone already.
            let _ = self.proxy.close_notification(id).await;
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
        let ours = Standing { id: 7, deeds: vec![Deed::Show(None), open], token: None };
        let clicked = |id, key: &str| Told::Clicked(id, key.to_owned());
        let mut standing = ours.clone();
        assert_eq!(standing.hear(clicked(8, "open")), Heard::Nothing);
        assert_eq!(standing.hear(clicked(7, "paste-link")), Heard::Nothing);
        assert_eq!(standing.hear(clicked(7, "open")), Heard::Wanted(open, None));
        assert_eq!(standing.hear(Told::Token(8, "x".into())), Heard::Nothing);
        assert_eq!(standing.hear(Told::Token(7, "t".into())), Heard::Nothing);
        let wanted = Heard::Wanted(Deed::Show(None), Some("t".into()));
        assert_eq!(standing.hear(clicked(7, "default")), wanted);
        assert_eq!(standing.hear(Told::Closed(8)), Heard::Nothing);
        assert_eq!(
            (standing.hear(Told::Closed(7)), standing),
            (Heard::Closed, Standing::default())
        );
    }

    #[test]
    fn a_name_is_no_markup() {
        assert_eq!(escaped("<b>R&D</b>.zip"), "&lt;b&gt;R&amp;D&lt;/b&gt;.zip");
    }
}

//! The computer kept awake while bytes flow, and sent to sleep or shut down when that is wanted: asked of the login service, which sees to idle machines, and
//! of the session, which has timers of its own. Who puts it to sleep by hand, or closes the lid, is
//! obeyed.

use zbus::Connection;
use zbus::connection::Builder;
use zbus::proxy::CacheProperties;
use zbus::zvariant::OwnedFd;

use crate::model::desktop_entry::APP_ID;
use crate::model::settings::WhenDone;

#[zbus::proxy(
    interface = "org.freedesktop.login1.Manager",
    default_service = "org.freedesktop.login1",
    default_path = "/org/freedesktop/login1"
)]
trait Login {
    fn inhibit(&self, what: &str, who: &str, why: &str, mode: &str) -> zbus::Result<OwnedFd>;
    fn suspend(&self, interactive: bool) -> zbus::Result<()>;
    fn power_off(&self, interactive: bool) -> zbus::Result<()>;
}

#[zbus::proxy(
    interface = "org.gnome.SessionManager",
    default_service = "org.gnome.SessionManager",
    default_path = "/org/gnome/SessionManager"
)]
trait GnomeSession {
    fn inhibit(&self, app: &str, window: u32, reason: &str, flags: u32) -> zbus::Result<u32>;
    fn uninhibit(&self, cookie: u32) -> zbus::Result<()>;
}

#[zbus::proxy(
    interface = "org.freedesktop.PowerManagement.Inhibit",
    default_service = "org.freedesktop.PowerManagement",
    default_path = "/org/freedesktop/PowerManagement/Inhibit"
)]
trait PowerManagement {
    fn inhibit(&self, app: &str, reason: &str) -> zbus::Result<u32>;
    #[zbus(name = "UnInhibit")]
    fn uninhibit(&self, cookie: u32) -> zbus::Result<()>;
}

/// GNOME's flag for "the session may not be suspended".
const SUSPEND: u32 = 4;

/// Who in the session was asked, and what it is given back by.
enum OfSession {
    Gnome(GnomeSessionProxy<'static>, u32),
    Power(PowerManagementProxy<'static>, u32),
}

/// What is asked for while it is held.
#[derive(Default)]
struct Held {
    /// The login service counts it as held while this is open.
    login: Option<OwnedFd>,
    session: Option<OfSession>,
}

/// Whether the computer is kept awake.
#[derive(Default)]
pub(super) struct Awake(Option<Held>);

impl Awake {
    /// Keeps it awake from now on, or no longer. `why` is what desktops show as the reason.
    pub(super) async fn set(&mut self, wanted: bool, session: &Connection, why: &str) {
        match (wanted, self.0.take()) {
            (true, None) => {
                let login = of_login(why).await;
                let session = of_session(session, why).await;
                if login.is_none() && session.is_none() {
                    tracing::info!("nobody here keeps a computer awake");
                }
                self.0 = Some(Held { login, session });
            }
            (true, held) => self.0 = held,
            (false, Some(held)) => {
                drop(held.login);
                let given_back = match held.session {
                    Some(OfSession::Gnome(proxy, cookie)) => proxy.uninhibit(cookie).await,
                    Some(OfSession::Power(proxy, cookie)) => proxy.uninhibit(cookie).await,
                    None => Ok(()),
                };
                if let Err(error) = given_back {
                    tracing::info!("the session may still be kept awake: {error}");
                }
            }
            (false, None) => {}
        }
    }
}

/// The login service.
async fn login() -> zbus::Result<LoginProxy<'static>> {
    let system = super::bus(Builder::system()).await?;
    LoginProxy::builder(&system).cache_properties(CacheProperties::No).build().await
}

/// Has the computer do what is done when all downloads are.
pub(super) async fn end(what: WhenDone) -> zbus::Result<()> {
    // Somebody may have to say who they are: the service asks them, where they are there.
    let interactive = true;
    match what {
        WhenDone::Nothing | WhenDone::Quit => Ok(()),
        WhenDone::Sleep => login().await?.suspend(interactive).await,
        WhenDone::ShutDown => login().await?.power_off(interactive).await,
    }
}

/// Asks the login service not to take the machine for idle.
async fn of_login(why: &str) -> Option<OwnedFd> {
    login().await.ok()?.inhibit("idle", "Onward", why, "block").await.ok()
}

/// Asks whoever has the timers of the session.
async fn of_session(session: &Connection, why: &str) -> Option<OfSession> {
    let builder = GnomeSessionProxy::builder(session).cache_properties(CacheProperties::No);
    if let Ok(proxy) = builder.build().await
        && let Ok(cookie) = proxy.inhibit(APP_ID, 0, why, SUSPEND).await
    {
        return Some(OfSession::Gnome(proxy, cookie));
    }
    let builder = PowerManagementProxy::builder(session).cache_properties(CacheProperties::No);
    let proxy = builder.build().await.ok()?;
    let cookie = proxy.inhibit(APP_ID, why).await.ok()?;
    Some(OfSession::Power(proxy, cookie))
}

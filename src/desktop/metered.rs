//! Whether the network is paid for by what is taken: as `NetworkManager` says where it runs, else as the
//! portal says. Where nobody says anything, it is taken not to be.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::{BoxStream, pending};
use zbus::Connection;
use zbus::connection::Builder;
use zbus::fdo::{DBusProxy, PropertiesProxy};
use zbus::names::BusName;
use zbus::proxy::CacheProperties;
use zbus::zvariant::OwnedValue;

use crate::app::command::Command;
use crate::app::handle::AppHandle;

const MANAGER: &str = "org.freedesktop.NetworkManager";
const MANAGER_PATH: &str = "/org/freedesktop/NetworkManager";
const PORTAL: &str = "org.freedesktop.portal.Desktop";

#[zbus::proxy(
    interface = "org.freedesktop.portal.NetworkMonitor",
    default_service = "org.freedesktop.portal.Desktop",
    default_path = "/org/freedesktop/portal/desktop"
)]
trait NetworkMonitor {
    #[zbus(name = "GetMetered")]
    fn metered(&self) -> zbus::Result<bool>;
    #[zbus(signal, name = "changed")]
    fn changed(&self) -> zbus::Result<()>;
}

/// What `NetworkManager`'s number means (`NMMetered`); none where it does not know.
fn of_manager(metered: u32) -> Option<bool> {
    match metered {
        // Yes, and yes as far as it can tell.
        1 | 3 => Some(true),
        2 | 4 => Some(false),
        _ => None,
    }
}

/// How long until somebody who did not answer is asked again.
const RETRY: Duration = Duration::from_secs(10);

/// Tells the service whether the network is metered, for as long as it runs.
pub(super) async fn watch(handle: AppHandle, session: Option<Connection>) {
    let mut manager = Source::manager().await;
    let mut portal = Source::portal(session).await;
    let mut told = false;
    loop {
        let found = match manager.ask().await {
            Ok(None) => portal.ask().await.map(|known| known.unwrap_or(false)),
            Ok(Some(is_metered)) => Ok(is_metered),
            Err(error) => Err(error),
        };
        let is_unsure = found.as_ref().inspect_err(|error| tracing::info!("{error}")).is_err();
        // What was found before counts while nobody answers.
        let is_metered = found.unwrap_or(told);
        if is_metered != told {
            told = is_metered;
            if handle.send(Command::SetMetered(is_metered)).is_err() {
                return;
            }
        }
        tokio::select! {
            () = manager.changed() => {}
            () = portal.changed() => {}
            () = tokio::time::sleep(RETRY), if is_unsure => {}
        }
    }
}

/// Somebody who may know.
struct Source {
    asked: Asked,
    /// Says that the answer may be another one.
    changes: BoxStream<'static, ()>,
}

enum Asked {
    Nobody,
    Manager(Connection),
    Portal(NetworkMonitorProxy<'static>, Connection),
}

impl Source {
    fn nobody() -> Self {
        Self { asked: Asked::Nobody, changes: pending().boxed() }
    }

    async fn manager() -> Self {
        match Self::try_manager().await {
            Ok(source) => source,
            Err(error) => {
                tracing::info!("no bus of the system, so no NetworkManager: {error}");
                Self::nobody()
            }
        }
    }

    async fn try_manager() -> zbus::Result<Self> {
        let bus = super::bus(Builder::system()).await?;
        let builder = PropertiesProxy::builder(&bus).destination(MANAGER)?.path(MANAGER_PATH)?;
        let properties = builder.build().await?;
        let told = properties.receive_properties_changed().await?;
        let changes = futures_util::stream::select(told.map(|_| ()), owners(&bus, MANAGER).await?);
        Ok(Self { asked: Asked::Manager(bus), changes: changes.boxed() })
    }

    async fn portal(session: Option<Connection>) -> Self {
        let Some(session) = session else { return Self::nobody() };
        Self::try_portal(&session).await.unwrap_or_else(|error| {
            tracing::info!("the portal tells nothing of networks: {error}");
            Self::nobody()
        })
    }

    async fn try_portal(session: &Connection) -> zbus::Result<Self> {
        let builder = NetworkMonitorProxy::builder(session).cache_properties(CacheProperties::No);
        let monitor = builder.build().await?;
        let told = monitor.receive_changed().await?.map(|_| ());
        let changes = futures_util::stream::select(told, owners(session, PORTAL).await?);
        Ok(Self { asked: Asked::Portal(monitor, session.clone()), changes: changes.boxed() })
    }

    /// What it says now; none where it does not know, or is not there.
    async fn ask(&mut self) -> zbus::Result<Option<bool>> {
        match &self.asked {
            Asked::Nobody => Ok(None),
            Asked::Manager(bus) => metered_of(bus).await.map(of_manager),
            // Not started for this question.
            Asked::Portal(_, session) if !is_there(session, PORTAL).await? => Ok(None),
            Asked::Portal(monitor, _) => match monitor.metered().await {
                // A portal without networks does not know.
                Err(zbus::Error::MethodError(..)) => Ok(None),
                answer => answer.map(Some),
            },
        }
    }

    /// Waits until the answer may be another one.
    async fn changed(&mut self) {
        if self.changes.next().await.is_none() {
            // The bus is gone: nothing comes any more.
            self.changes = pending().boxed();
        }
    }
}

async fn metered_of(bus: &Connection) -> zbus::Result<u32> {
    if !is_there(bus, MANAGER).await? {
        return Ok(0);
    }
    let builder = PropertiesProxy::builder(bus).destination(MANAGER)?.path(MANAGER_PATH)?;
    let interface = MANAGER.try_into().map_err(zbus::Error::from)?;
    let value: OwnedValue = builder.build().await?.get(interface, "Metered").await?;
    Ok(u32::try_from(value)?)
}

/// Whether somebody has this name, without anybody being started.
async fn is_there(bus: &Connection, name: &'static str) -> zbus::Result<bool> {
    let name = BusName::try_from(name)?;
    Ok(DBusProxy::new(bus).await?.name_has_owner(name).await?)
}

/// Says when somebody takes a name, or leaves it.
async fn owners(bus: &Connection, name: &'static str) -> zbus::Result<BoxStream<'static, ()>> {
    let (proxy, of_it) = (DBusProxy::new(bus).await?, [(0, name)]);
    let stream = proxy.receive_name_owner_changed_with_args(&of_it).await?;
    Ok(stream.map(|_| ()).boxed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guess_counts_and_not_knowing_does_not() {
        let expected = [None, Some(true), Some(false), Some(true), Some(false), None];
        for (number, expected) in (0..).zip(expected) {
            assert_eq!(of_manager(number), expected, "{number}");
        }
    }
}

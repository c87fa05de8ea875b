//! Signing in to a Backstage with a browser, and out again.

use tokio::sync::mpsc::Receiver;

use super::Cancel;
use super::asked::asked;
use super::portal::{Portal, PortalSource, SourcePlace};
use crate::catalog::SourceId;
use crate::error::{Error, ErrorKind, Result};
use crate::source::RemoteSettings;
use crate::source::backstage::Backstage;
use crate::source::backstage::login::Login;

/// How often the wish to stop is looked at.
const LOOK: std::time::Duration = std::time::Duration::from_millis(50);

/// What a face does while somebody signs in.
pub struct Desk<'a> {
    /// Shows the address that is to be opened.
    pub show: &'a mut dyn FnMut(&str),
    /// Where an address arrives that somebody pasted, because the browser is on another machine.
    pub pasted: Receiver<String>,
    /// The wish to stop.
    pub cancel: &'a Cancel,
}

/// Signs in to a source. Blocks until the browser came back, somebody pasted, or the time is over.
pub fn sign_in(portal: &Portal, source: &PortalSource, desk: Desk<'_>) -> Result<()> {
    let login = login(portal, source)?;
    let Desk { show, mut pasted, cancel } = desk;
    asked(async {
        let sign_in = login.begin().await?;
        show(sign_in.address().as_str());
        let stopped = async {
            while !cancel.is_cancelled() {
                tokio::time::sleep(LOOK).await;
            }
        };
        let typed = async {
            match pasted.recv().await {
                Some(address) => sign_in.finish_with(&address, portal.now()).await,
                // Nobody will paste: the browser alone can end it.
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            done = sign_in.wait(portal.now()) => done,
            done = typed => done,
            () = stopped => Err(Error::new(ErrorKind::Interrupted, "Nobody was signed in.")),
        }
    })
}

/// Signs out of a source.
pub fn sign_out(portal: &Portal, source: &PortalSource) -> Result<()> {
    let login = login(portal, source)?;
    asked(login.sign_out())
}

/// The source that somebody means: the named one, else the only one that people sign in to.
pub fn meant<'p>(portal: &'p Portal, named: Option<&SourceId>) -> Result<&'p PortalSource> {
    if let Some(id) = named {
        return portal.source(id);
    }
    let takes = |source: &&PortalSource| matches!(&source.place, SourcePlace::Remote(RemoteSettings::Backstage(settings)) if settings.login);
    let all: Vec<_> = portal.sources().iter().filter(takes).collect();
    match all.as_slice() {
        [only] => Ok(only),
        [] => Err(Error::new(ErrorKind::Usage, "No source is one that people sign in to.")
            .with_hint("Write login: true for a source of type backstage.")),
        several => {
            let names: Vec<_> = several.iter().map(|source| source.id.to_string()).collect();
            Err(Error::new(ErrorKind::Usage, "There are several sources that people sign in to.")
                .with_hint(format!("Name one of them: {}.", names.join(", "))))
        }
    }
}

fn login(portal: &Portal, source: &PortalSource) -> Result<Login> {
    match &source.place {
        SourcePlace::Remote(RemoteSettings::Backstage(settings)) if settings.login => {
            Backstage::new(settings.clone(), portal.surroundings().variables.clone()).login()
        }
        _ => Err(Error::new(ErrorKind::Usage, format!("Nobody signs in to {}.", source.id))
            .with_hint("Write login: true for a source of type backstage.")),
    }
}

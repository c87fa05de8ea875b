//! Whether what a source signs in with is there, as far as this machine knows: no server is asked, and no program
//! that prints a token.

use super::asked::asked;
use super::portal::{Portal, PortalSource, SourcePlace};
use crate::error::{Error, ErrorKind, Result};
use crate::source::RemoteSettings;
use crate::source::backstage::Backstage;

/// Where the token of a source is, in words; nothing where it has none. That it is not there is the error.
pub fn entry(portal: &Portal, source: &PortalSource) -> Result<Option<String>> {
    let SourcePlace::Remote(settings) = &source.place else { return Ok(None) };
    let variables = &portal.surroundings().variables;
    let token = match settings {
        RemoteSettings::Backstage(settings) if settings.login => {
            let login = Backstage::new(settings.clone(), variables.clone()).login()?;
            let missing = || {
                Error::new(ErrorKind::Unreachable, "Nobody is signed in to it.")
                    .with_hint(format!("Sign in: callboard login {}.", source.id))
            };
            return login.is_signed_in().then(|| Some("your sign-in".to_owned())).ok_or_else(missing);
        }
        RemoteSettings::Backstage(settings) => settings.token.as_ref(),
        RemoteSettings::Forge(_, settings) => settings.token.as_ref(),
        RemoteSettings::Git(_) | RemoteSettings::Command(_) => None,
    };
    let Some(token) = token else { return Ok(None) };
    asked(token.look(variables))?;
    Ok(Some(token.origin()))
}

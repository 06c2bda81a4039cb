//! The arguments of `rpc config`.

use crate::settings::PartialSettings;

/// Show the settings for a server, and where each one comes from
///
/// The command line overrides the environment, the environment overrides the endpoint in the configuration file, and the
/// endpoint overrides the file's defaults. Secrets are hidden. rpc man has an example of the file.
#[derive(Debug, clap::Args)]
pub(crate) struct ConfigArguments {
    /// A URL, or the name of an endpoint in the configuration file
    #[arg(value_name = "URL")]
    pub(crate) endpoint: Option<String>,

    #[command(flatten)]
    pub(crate) settings: PartialSettings,
}

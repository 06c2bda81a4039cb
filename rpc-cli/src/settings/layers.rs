//! [`Layers`]: all sources of settings, the one that wins first.

use super::environment;
use super::file::ConfigFile;
use super::partial::PartialSettings;
use super::source::{Setting, Source};
use crate::failure::Result;

/// What one source sets.
pub(super) struct Layer {
    pub(super) source: Source,
    pub(super) settings: PartialSettings,
}

/// The sources, the one that overrides all others first.
pub(super) struct Layers(pub(super) Vec<Layer>);

impl Layers {
    /// `endpoint` is the name of an endpoint in the file.
    pub(super) fn new(
        command_line: PartialSettings,
        file: &ConfigFile,
        endpoint: Option<&str>,
    ) -> Result<Self> {
        let mut layers = vec![
            Layer {
                source: Source::CommandLine,
                settings: command_line,
            },
            Layer {
                source: Source::Environment,
                settings: environment::read()?,
            },
        ];
        if let Some(name) = endpoint
            && let Some(known) = file.endpoints.get(name)
        {
            layers.push(Layer {
                source: file.source(format!("endpoints.{name}")),
                settings: known.settings.clone(),
            });
        }
        layers.push(Layer {
            source: file.source("defaults".to_owned()),
            settings: file.defaults.clone(),
        });
        Ok(Layers(layers))
    }

    /// The value of the first source that sets it.
    pub(super) fn first<T>(
        &self,
        get: impl Fn(&PartialSettings) -> Option<T>,
    ) -> Option<Setting<T>> {
        self.0.iter().find_map(|layer| {
            Some(Setting {
                value: get(&layer.settings)?,
                source: layer.source.clone(),
            })
        })
    }

    pub(super) fn first_or<T>(
        &self,
        get: impl Fn(&PartialSettings) -> Option<T>,
        default: T,
    ) -> Setting<T> {
        self.first(get).unwrap_or(Setting {
            value: default,
            source: Source::Default,
        })
    }
}

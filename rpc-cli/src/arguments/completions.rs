//! The arguments of `rpc completions`.

use clap::ValueEnum;

/// Print the script that makes a shell complete commands, options, endpoints and method names
///
/// Load the script when the shell starts, since it changes with this program:
///
///   bash   in ~/.bashrc:  source <(rpc completions bash)
///   zsh    in ~/.zshrc, after compinit:  source <(rpc completions zsh)
///   fish   in ~/.config/fish/config.fish:  rpc completions fish | source
///
/// To complete the name of a method, rpc asks the server (rpc.methods), with the settings from the line, the environment and
/// the configuration file. The server has one second to answer.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct CompletionsArguments {
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Shell {
    Bash,
    Zsh,
    Fish,
}

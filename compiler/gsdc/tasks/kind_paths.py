"""Paths that determine the kind of a task: see ``gsdc.tasks.kind``."""

from typing import Final

from gsdc.tasks.vocabulary import Patterns

TEST_FILE: Final = Patterns(
    r"(?:^|/)(?:tests?|__tests__|__mocks__|spec|e2e|fixtures|testdata|androidTest)/|[._-](?:test|spec)s?\."
    r"|(?:^|/)(?:test_|conftest\.py)|[._-]smoke\.|(?-i:(?<=[a-z\d])Tests?\.\w+$)"
)
# Prompts, commands and workflows of agents are executable Markdown.
PROMPT_FILE: Final = Patterns(r"(?:^|/)(?:agents|commands|workflows|skills|prompts|templates)/.*\.md$")
DOC_FILE: Final = Patterns(
    r"\.(?:md|mdx|rst|adoc|txt)(?:\.(?:hbs|j2|tmpl))?$|(?:^|/)docs?/|(?:^|/)(?:LICENSE|NOTICE|AUTHORS)(?:$|\.)"
)
TEXT_DATA: Final = Patterns(r"(?:^|/)(?:requirements[\w.-]*|CMakeLists|robots|constraints)\.txt$")
INFRA_FILE: Final = Patterns(
    r"(?:^|/)(?:\.github/(?:workflows|actions)|\.gitlab|\.circleci|\.buildkite|terraform|helm|charts|k8s|kubernetes"
    r"|kustomize|deploy(?:ment)?|infra(?:structure)?|ansible|playbooks|group_vars|host_vars|nixos|packer|pulumi|systemd"
    r"|iac|docker)/"
    r"|(?:^|/)roles/[^/]+/(?:tasks|handlers|defaults|vars|meta)/"
    r"|(?:^|/)(?:\.gitlab-ci\.ya?ml|Jenkinsfile|Vagrantfile|Procfile|Caddyfile|Brewfile|\.?justfile|Taskfile\.ya?ml"
    r"|Makefile|GNUmakefile|action\.ya?ml|fly\.toml|vercel\.json|netlify\.toml|wrangler\.(?:toml|jsonc?)|railway\.\w+"
    r"|_headers|_redirects|CODEOWNERS|kustomization\.ya?ml|Chart\.yaml|flake\.lock|ansible\.cfg|nginx\.conf)$"
    r"|Dockerfile|\.dockerignore$|docker-compose|(?:^|/)compose\.ya?ml|\.(?:tf|tfvars|hcl|nix|just|service|timer)$"
)
SETUP_FILE: Final = Patterns(
    r"(?:^|/)(?:package(?:-lock)?\.json|pnpm-(?:lock|workspace)\.yaml|yarn\.lock|bun\.lockb?|pyproject\.toml|uv\.lock"
    r"|poetry\.lock|requirements[\w.-]*\.txt|Cargo\.(?:toml|lock)|go\.(?:mod|sum|work)|Gemfile(?:\.lock)?|composer\.json"
    r"|pom\.xml|build\.gradle(?:\.kts)?|settings\.gradle(?:\.kts)?|\w+\.(?:csproj|sln|props)|xmake\.lua|CMakeLists\.txt"
    r"|tsconfig[\w.]*\.json|turbo\.json|biome\.json\w*|\.(?:gitignore|gitattributes|env[\w.]*|editorconfig|npmrc|nvmrc"
    r"|prettierrc[\w.]*|eslintrc[\w.]*|tool-versions|python-version|pre-commit-config\.yaml))$"
    r"|(?:^|/)[\w.-]*config\.(?:js|ts|mjs|cjs|json|yaml|yml|toml)$|\.gitkeep$"
)
SHELL_FILE: Final = Patterns(r"\.(?:sh|bash|zsh|ps1)$|(?:^|/)(?:bin|scripts?)/[\w-]+$")

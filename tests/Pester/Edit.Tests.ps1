# Editing a TLS key as YAML. The editors are scripts for the shell, so these tests are for Unix.
BeforeDiscovery {
    $unix = -not $IsWindows
}

BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'MeshSecrets.psd1') -Force
    $kept = $env:MESHSECRETS_STORE, $env:XDG_CONFIG_HOME, $env:VISUAL, $env:EDITOR, $env:TMPDIR, $env:SAW
    $env:XDG_CONFIG_HOME = Join-Path $TestDrive 'config'
    $env:VISUAL = $env:EDITOR = $null

    # An editor that keeps what it was shown in $env:SAW, numbered, and then does what the lines say with "$f".
    function Set-Editor([string] $Script) {
        $path = Join-Path $TestDrive "editor-$([guid]::NewGuid()).sh"
        Set-Content $path "#!/bin/sh`nf=`"`$1`"`nn=`$(ls `"`$SAW`" | wc -l | tr -d ' ')`ncp `"`$f`" `"`$SAW/`$n`"`nstat -c '%a' `"`$f`" `"`$(dirname `"`$f`")`" > `"`$SAW.modes`"`n$Script"
        chmod +x $path
        $env:EDITOR = $path
    }

    function Get-Saw([int] $Number = 0) { Get-Content (Join-Path $env:SAW $Number) -Raw }

    function Get-ErrorId([scriptblock] $Script) {
        try { & $Script 2>&1 | Where-Object { $_ -is [Management.Automation.ErrorRecord] } | ForEach-Object { $_.FullyQualifiedErrorId -replace ',.*' } }
        catch { $_.FullyQualifiedErrorId -replace ',.*' }
    }
}

AfterAll {
    Get-MeshStore | Disconnect-MeshStore
    $env:MESHSECRETS_STORE, $env:XDG_CONFIG_HOME, $env:VISUAL, $env:EDITOR, $env:TMPDIR, $env:SAW = $kept
}

Describe 'Edit-MeshTlsKey' -Skip:(-not $unix) {
    BeforeEach {
        Get-MeshStore | Disconnect-MeshStore
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $env:MESHSECRETS_STORE = "$folder/store"
        $env:TMPDIR = (New-Item -ItemType Directory "$folder/tmp").FullName
        $env:SAW = (New-Item -ItemType Directory "$folder/saw").FullName
        $null = New-MeshCa ca
        $null = New-MeshTlsKey web -Namespace shop -Issuer ca -DnsName web.shop.svc -Label @{ team = 'shop' }
        $before = Get-MeshTlsKey web
    }

    AfterEach {
        Get-ChildItem $env:TMPDIR | Should -BeNullOrEmpty -Because 'nothing is left on the disk, however it ended'
    }

    It 'applies what was changed, in a file of the user alone' {
        Set-Editor 'sed -i "s/team: shop/team: cart\n    stage: test/" "$f"; touch "$f~"'
        $edited = Edit-MeshTlsKey web -Namespace shop -PassThru
        ($edited.Labels.GetEnumerator() | ForEach-Object { "$($_.Key)=$($_.Value)" }) -join ' ' | Should -Be 'stage=test team=cart'
        "$($edited.Version) $($edited.Thumbprint) $($edited.Issuer)" | Should -Be "2 $($before.Thumbprint) global/ca"
        Get-Content "$env:SAW.modes" | Should -Be '600', '700'
    }

    It 'leaves what the editor links to as it is' {
        $elsewhere = (New-Item -ItemType Directory "$folder/elsewhere").FullName
        Set-Content "$elsewhere/mine" 'mine'
        Set-Editor "ln -s '$elsewhere' `"`$(dirname `"`$f`")/linked`"; ln -s '$elsewhere/mine' `"`$(dirname `"`$f`")/file`""
        Edit-MeshTlsKey web -Namespace shop
        Get-Content "$elsewhere/mine" | Should -Be 'mine'
    }

    It 'shows the certificate, and no private key' {
        Set-Editor 'true'
        Edit-MeshTlsKey web -Namespace shop
        Get-Saw | Should -Match '(?s)tls\.crt: \|\n\s+-----BEGIN CERTIFICATE-----'
        Get-Saw | Should -Not -Match 'PRIVATE KEY|tls\.key: '
        Get-MeshStoreAudit -Action reveal | Should -BeNullOrEmpty
    }

    It 'writes nothing if <Case>' -ForEach @(
        @{ Case = 'nothing is changed'; Script = 'true' }
        @{ Case = 'only a comment is added'; Script = 'echo "# a thought" >> "$f"' }
        @{ Case = 'the file is emptied'; Script = ': > "$f"' }
        @{ Case = 'only comments are left'; Script = 'printf "# x\n---\n\n" > "$f"' }
        @{ Case = 'the file is removed'; Script = 'rm "$f"' }
    ) {
        Set-Editor $Script
        Edit-MeshTlsKey web -Namespace shop -PassThru | Should -BeNullOrEmpty
        (Get-MeshTlsKey web).Version | Should -Be 1
    }

    It 'opens again with the reason on top, until it is right' {
        Set-Editor 'case $n in
            0) sed -i "s/name: web/name: other/" "$f" ;;
            1) sed -i "s/name: other/name: web/; s/team: shop/team: [/" "$f" ;;
            *) sed -i "s/team: \[/team: cart/" "$f" ;;
        esac'
        (Edit-MeshTlsKey web -Namespace shop -PassThru).Labels['team'] | Should -Be 'cart'
        Get-Saw 1 | Should -Match '^# Not written: .*name or namespace'
        Get-Saw 1 | Should -Match 'Copy-MeshSecret'
        Get-Saw 2 | Should -Match '^# Not written: '
        ([regex]::Matches((Get-Saw 2), 'Not written')).Count | Should -Be 1
        (Get-MeshTlsKey web).Version | Should -Be 2
    }

    It 'refuses <Case>, and gives up when it is saved as it was' -ForEach @(
        @{ Case = 'another name'; Script = 's/name: web/name: other/'; Id = 'EditNotPermitted' }
        @{ Case = 'another namespace'; Script = 's/namespace: shop/namespace: other/'; Id = 'EditNotPermitted' }
        @{ Case = 'another type'; Script = 's#type: .*#type: Opaque#'; Id = 'EditNotPermitted' }
        @{ Case = 'a field of another kind'; Script = 's#type: \(.*\)#type: \1\nimmutable: true#'; Id = 'EditNotPermitted' }
        @{ Case = 'another data key'; Script = 's#stringData:#stringData:\n  other: x#'; Id = 'EditNotPermitted' }
        @{ Case = 'a label without text'; Script = 's/team: shop/team:/'; Id = 'EditNotPermitted' }
        @{ Case = 'labels that are a list'; Script = 's/labels:/labels: [x]/; /team: shop/d'; Id = 'EditNotPermitted' }
        @{ Case = 'no certificate'; Script = '/^  tls.crt/,$d'; Id = 'EditNotPermitted' }
        @{ Case = 'a damaged certificate'; Script = '/^  tls.crt/,$ s/^    M/    s/'; Id = '*' }
        @{ Case = 'text that is no YAML'; Script = 's/team: shop/team: [/'; Id = 'ManifestInvalid' }
        @{ Case = 'two documents'; Script = '$ s/$/\n---\na: b/'; Id = 'EditNotPermitted' }
    ) {
        Set-Editor "[ `$n = 0 ] && sed -i '$Script' `"`$f`" || true"
        Get-ErrorId { Edit-MeshTlsKey web -Namespace shop } | Should -BeLike $Id
        (Get-MeshTlsKey web).Version | Should -Be 1
        Get-Saw 1 | Should -Match '^# Not written: '
    }

    It 'replaces certificate and key, proven to be a pair' {
        $null = New-MeshTlsKey next -Namespace shop -Issuer ca -DnsName next.shop.svc
        $null = Export-MeshTlsKey next "$folder/next" -Namespace shop -IncludePrivateKey
        $replace = "sed -n '1,/stringData:/p' `"`$f`" > `"`$f.new`"; for k in tls.crt KEYS; do echo `"  `$k: |`"; sed 's/^/    /' '$folder/next/'`$k; done >> `"`$f.new`"; mv `"`$f.new`" `"`$f`""
        Set-Editor ('[ $n = 0 ] || exit 0; ' + $replace.Replace('KEYS', ''))
        Get-ErrorId { Edit-MeshTlsKey web -Namespace shop } | Should -Be 'KeyCertificateMismatch'
        Remove-Item "$env:SAW/*"
        Set-Editor $replace.Replace('KEYS', 'tls.key ca.crt')
        $edited = Edit-MeshTlsKey web -Namespace shop -PassThru
        "$($edited.Thumbprint) $($edited.Issuer)" | Should -Be "$((Get-MeshTlsKey next).Thumbprint) "
        Get-MeshSecret web -Key tls.key -AsPlainText | Should -Be (Get-MeshSecret next -Key tls.key -AsPlainText)
        $edited.DnsName | Should -Be 'next.shop.svc'
    }

    It 'shows the private key on demand, and has it noted' {
        Set-Editor 'true'
        Edit-MeshTlsKey web -Namespace shop -IncludePrivateKey
        Get-Saw | Should -Match '(?s)tls\.key: \|\n\s+-----BEGIN PRIVATE KEY-----'
        (Get-MeshStoreAudit -Action reveal).Name | Should -Be 'web'
        Set-Editor '[ $n = 1 ] && sed -i "/^  tls.key/,\$ d" "$f" || true'
        Get-ErrorId { Edit-MeshTlsKey web -Namespace shop -IncludePrivateKey } | Should -Be 'EditNotPermitted'
    }

    It 'loses nobody else''s change' {
        $module = Join-Path $root 'MeshSecrets.psd1'
        Set-Content "$folder/other.ps1" "Import-Module '$module'; Set-MeshTlsKey web -Namespace shop -Label @{ other = '1' }"
        Set-Editor "sed -i 's/team: shop/team: cart/' `"`$f`"; '$((Get-Process -Id $PID).Path)' -NoProfile -File '$folder/other.ps1' < /dev/null"
        Get-ErrorId { Edit-MeshTlsKey web -Namespace shop } | Should -Be 'SecretConflict'
        $now = Get-MeshTlsKey web
        "$($now.Version) $($now.Labels['team']) $($now.Labels['other'])" | Should -Be '2 shop 1'
    }

    It 'takes several from the pipeline, and -WhatIf opens none' {
        $null = New-MeshTlsKey cart -Namespace shop -Issuer ca -DnsName cart.shop.svc -Label @{ team = 'shop' }
        Set-Editor 'sed -i "s/team: shop/team: all/" "$f"'
        Get-MeshTlsKey -Namespace shop | Edit-MeshTlsKey -WhatIf
        Get-ChildItem $env:SAW | Should -BeNullOrEmpty
        (Get-MeshTlsKey -Namespace shop | Edit-MeshTlsKey -PassThru).Name | Should -Be 'cart', 'web'
    }

    It 'takes the editor from VISUAL first, with its parameters' {
        $env:EDITOR = 'false'
        $env:VISUAL = 'sed -i -e "s/team: shop/team: seen/"'
        try { (Edit-MeshTlsKey web -Namespace shop -PassThru).Labels['team'] | Should -Be 'seen' }
        finally { $env:VISUAL = $null }
    }

    It 'says that the editor fails: <Editor>' -ForEach @(@{ Editor = 'false' }, @{ Editor = 'no-such-editor-here' }) {
        $env:EDITOR = $Editor
        Get-ErrorId { Edit-MeshTlsKey web -Namespace shop 2>&1 } | Should -Be 'EditorFailed'
        (Get-MeshTlsKey web).Version | Should -Be 1
    }

    It 'edits TLS keys only' {
        Set-Editor 'true'
        Get-ErrorId { Edit-MeshTlsKey ca -Global } | Should -Be 'TlsKeyExpected'
        Get-ErrorId { Edit-MeshTlsKey none } | Should -Be 'SecretNotFound'
    }
}

# Bringing secrets in from manifests, as a user meets it.
BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'MeshSecrets.psd1') -Force
    $kept = $env:MESHSECRETS_STORE, $env:XDG_CONFIG_HOME
    $env:XDG_CONFIG_HOME = Join-Path $TestDrive 'config'

    function Get-Secret([string] $Name, [string] $Namespace, [string] $Value = 'hi', [string] $More = '') {
        $base64 = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($Value))
        "apiVersion: v1`nkind: Secret`nmetadata: { name: $Name$($Namespace ? ", namespace: $Namespace" : '')$More }`ntype: Opaque`ndata: { x: $base64 }`n"
    }

    function Get-KumaSecret([string] $Mesh) {
        "apiVersion: v1`nkind: Secret`nmetadata: { name: s, namespace: kuma-system, labels: { kuma.io/mesh: $Mesh } }`ntype: system.kuma.io/secret`ndata: { value: aGk= }`n"
    }

    # What is stored, and the ids of the errors.
    function Import-Text([string] $Text, [hashtable] $Parameters = @{}) {
        $done = $Text | Import-MeshSecret @Parameters -ErrorAction SilentlyContinue -ErrorVariable failed
        @{ Done = @($done); Ids = @($failed.FullyQualifiedErrorId -replace ',.*'); Errors = @($failed) }
    }
}

AfterAll {
    Get-MeshStore | Disconnect-MeshStore
    $env:MESHSECRETS_STORE, $env:XDG_CONFIG_HOME = $kept
}

Describe 'Import-MeshSecret' {
    BeforeEach {
        Get-MeshStore | Disconnect-MeshStore
        $env:MESHSECRETS_STORE = Join-Path $TestDrive ([guid]::NewGuid())
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
    }

    It 'takes files by <How>' -ForEach @(
        @{ How = 'wildcards'; Import = { Import-MeshSecret "$folder/*.y*ml" } }
        @{ How = 'a folder'; Import = { Import-MeshSecret $folder } }
        @{ How = 'a literal folder'; Import = { Import-MeshSecret -LiteralPath $folder } }
        @{ How = 'the pipeline'; Import = { Get-ChildItem $folder -Recurse -Include *.yaml, *.yml | Sort-Object Name | Import-MeshSecret } }
        @{ How = 'their lines'; Import = { 'a.yaml', 'sub[1]/b.yml' | ForEach-Object { Get-Content -LiteralPath "$folder/$_"; '---' } | Import-MeshSecret } }
        @{ How = 'their text'; Import = { (Get-Content "$folder/a.yaml" -Raw), '---', (Get-Content -LiteralPath "$folder/sub[1]/b.yml" -Raw) | Import-MeshSecret } }
    ) {
        $null = New-Item -ItemType Directory "$folder/sub[1]"
        Set-Content "$folder/a.yaml" (Get-Secret a shop)
        Set-Content -LiteralPath "$folder/sub[1]/b.yml" (Get-Secret b shop)
        Set-Content "$folder/notes.txt" 'no manifest'
        $expected = $How -eq 'wildcards' ? @('namespace/shop/a') : @('namespace/shop/a', 'namespace/shop/b')
        & $Import | ForEach-Object { "$_" } | Should -Be $expected
        Get-MeshSecret a -Namespace shop -AsPlainText | Should -Be 'hi'
    }

    It 'takes JSON, lists and several documents' {
        $json = '{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Secret","metadata":{"name":"j","namespace":"shop"},"data":{"x":"aGk="}}]}'
        Set-Content "$folder/l.json" $json
        $done = Import-MeshSecret "$folder/l.json"
        "$done $($done.Type) $($done.Status)" | Should -Be 'namespace/shop/j Opaque Created'
        ("$(Get-Secret a shop)---`n$(Get-Secret b shop)" | Import-MeshSecret).Name | Should -Be 'a', 'b'
    }

    It 'gives TLS keys as such, and takes objects and their choice' {
        $null = New-MeshCa ca
        $null = New-MeshTlsKey web -Issuer ca -DnsName web.shop.svc
        $data = Get-MeshSecret web -AsPlainText
        $encoded = $data.GetEnumerator() | ForEach-Object { "$($_.Key): $([Convert]::ToBase64String([Text.Encoding]::ASCII.GetBytes($_.Value)))" }
        $text = "apiVersion: v1`nkind: Secret`nmetadata: { name: web, namespace: shop }`ntype: kubernetes.io/tls`ndata: { $($encoded -join ', ') }`n---`n$(Get-Secret a shop)"
        $done = $text | ConvertFrom-MeshManifest | Where-Object Type -EQ kubernetes.io/tls | Import-MeshSecret
        $done | Should -HaveCount 1
        $done.psobject.BaseObject.GetType().Name | Should -Be 'MeshTlsKey'
        $done.DnsName | Should -Be 'web.shop.svc'
    }

    It 'can be repeated, and overwrites only on demand' {
        (Get-Secret a shop | Import-MeshSecret).Status | Should -Be 'Created'
        $again = Get-Secret a shop | Import-MeshSecret -Force
        "$($again.Status) $($again.Version)" | Should -Be 'Unchanged 1'
        $run = Import-Text (Get-Secret a shop other)
        "$($run.Ids) $($run.Done.Count)" | Should -Be 'SecretExists 0'
        $run.Errors[0].Exception.Message | Should -BeLike 'pipeline input, line 1 (Secret shop/a): *-Force*'
        (Import-Text (Get-Secret a shop hi ', annotations: { n: "1" }')).Ids | Should -Be 'SecretExists'
        $forced = Get-Secret a shop other | Import-MeshSecret -Force
        "$($forced.Status) $($forced.Version)" | Should -Be 'Updated 2'
        Get-MeshSecret a -Namespace shop -AsPlainText | Should -Be 'other'
        (Get-MeshStoreAudit | Where-Object Name -EQ a).Action | Select-Object -Unique | Should -Contain 'import'
    }

    It 'shows the status, and what it gives pipes on' {
        $done = Get-Secret a shop | Import-MeshSecret
        $table = ($done | Out-String -Width 80) -split "`n" | ForEach-Object TrimEnd
        $table | Should -Contain 'Status    Name                       Mesh       Namespace    Type'
        "$($done | Get-MeshSecret)" | Should -Be 'namespace/shop/a'
        $done | ConvertTo-MeshManifest -AsPlainText | Should -Match 'name: a'
    }

    It 'treats a repetition within one stream the same way' {
        $run = Import-Text "$(Get-Secret a shop)---`n$(Get-Secret a shop)---`n$(Get-Secret a shop other)"
        $run.Done.Status | Should -Be 'Created', 'Unchanged'
        $run.Ids | Should -Be 'SecretExists'
    }

    It 'names each object that it cannot keep, and goes on' {
        $text = "$(Get-Secret a shop)---`napiVersion: apps/v1`nkind: Deployment`nmetadata: { name: d }`n---`n$((Get-Secret b shop) -replace 'aGk=', 'aGk')---`n$(Get-Secret BAD shop)---`n$(Get-Secret c shop)"
        Set-Content "$folder/all.yaml" $text
        $done = Import-MeshSecret "$folder/all.yaml" -ErrorAction SilentlyContinue -ErrorVariable failed
        $done.Name | Should -Be 'a', 'c'
        ($failed.FullyQualifiedErrorId -replace ',.*') | Should -Be 'ManifestKindUnknown', 'ManifestValueNotBase64', 'SecretNameInvalid'
        "$($failed[0])" | Should -BeLike "$folder/all.yaml, line 7 (Deployment d): *apps/v1*-SkipUnknown*"
        "$($failed[1])" | Should -BeLike "$folder/all.yaml, line 15*Secret shop/b, x*"
        "$($failed[2])" | Should -BeLike "$folder/all.yaml, line 17*BAD*"
        Import-MeshSecret "$folder/all.yaml" -SkipUnknown -ErrorAction SilentlyContinue -ErrorVariable failed | Should -HaveCount 2
        $failed | Should -HaveCount 2
    }

    It 'keeps what came before an error that ends it' {
        { "$(Get-Secret a shop)---`n$(Get-Secret BAD shop)---`n$(Get-Secret c shop)" | Import-MeshSecret -ErrorAction Stop } | Should -Throw
        (Get-MeshSecret).Name | Should -Be 'a'
    }

    It 'says where text is no manifest' {
        Set-Content "$folder/bad.yaml" "$(Get-Secret a shop)---`nkind: [`n"
        Set-Content "$folder/good.yaml" (Get-Secret b shop)
        Import-MeshSecret $folder -ErrorAction SilentlyContinue -ErrorVariable failed | ForEach-Object Name | Should -Contain 'b'
        $failed.FullyQualifiedErrorId | Should -BeLike 'ManifestInvalid,*'
        "$failed" | Should -BeLike "$folder/bad.yaml, line *What follows it in the same text was not read*"
    }

    It 'puts objects without a scope where it is told: <Scope>' -ForEach @(
        @{ Scope = 'nothing'; Parameters = @{}; Id = 'namespace/default/a' }
        @{ Scope = '-Namespace'; Parameters = @{ Namespace = 'shop' }; Id = 'namespace/shop/a' }
        @{ Scope = '-Mesh'; Parameters = @{ Mesh = 'prod' }; Id = 'mesh/prod/a' }
        @{ Scope = 'both'; Parameters = @{ Mesh = 'prod'; Namespace = 'shop' }; Id = 'namespace/shop/mesh/prod/a' }
        @{ Scope = '-Global'; Parameters = @{ Global = $true }; Id = 'global/a' }
    ) {
        "$(Get-Secret a | Import-MeshSecret @Parameters)" | Should -Be $Id
    }

    It 'never moves what names its scope: <Case>' -ForEach @(
        @{ Case = 'another namespace'; Text = { Get-Secret a shop }; Parameters = @{ Namespace = 'other' } }
        @{ Case = 'a mesh for a secret of a namespace'; Text = { Get-Secret a shop }; Parameters = @{ Mesh = 'default' } }
        @{ Case = 'global'; Text = { Get-Secret a shop }; Parameters = @{ Global = $true } }
        @{ Case = 'another mesh'; Text = { Get-KumaSecret m1 }; Parameters = @{ Mesh = 'm2' } }
        @{ Case = 'another mesh outside Kubernetes'; Text = { "type: Secret`nmesh: m1`nname: s`ndata: aGk=`n" }; Parameters = @{ Mesh = 'm2' } }
        @{ Case = 'a mesh for a global secret'; Text = { "type: GlobalSecret`nname: s`ndata: aGk=`n" }; Parameters = @{ Mesh = 'm2' } }
    ) {
        $run = Import-Text (& $Text) $Parameters
        $run.Ids | Should -Be 'ScopeConflict'
        $run.Done | Should -HaveCount 0
        (Import-Text "$(Get-Secret b shop)" @{ Namespace = 'shop' }).Errors | Should -HaveCount 0
    }

    It 'takes the scope of a piped manifest as its own' {
        $tls = (Get-Secret a shop hi ', labels: { kuma.io/mesh: m1 }') | ConvertFrom-MeshManifest | Import-MeshSecret
        "$tls" | Should -Be 'namespace/shop/a'
        (Get-Secret a shop | ConvertFrom-MeshManifest | Import-MeshSecret -Namespace other 2>&1).FullyQualifiedErrorId | Should -BeLike 'ScopeConflict,*'
    }

    It 'refuses -Global with another scope' {
        { Get-Secret a | Import-MeshSecret -Global -Mesh m } | Should -Throw -ErrorId 'ScopeAmbiguous,*'
    }

    It 'refuses that name from <By>, too' -ForEach @(
        @{ By = 'New-MeshSecret'; Write = { New-MeshSecret s hi -Mesh m2 -Namespace kuma-system -Force } }
        @{ By = 'Copy-MeshSecret'; Write = { Copy-MeshSecret s -Mesh m1 -Namespace kuma-system -DestinationMesh m2 -DestinationNamespace kuma-system } }
    ) {
        $null = New-MeshSecret s hi -Mesh m1 -Namespace kuma-system -Type system.kuma.io/secret
        (& $Write 2>&1).FullyQualifiedErrorId | Should -BeLike 'SecretMeshConflict,*'
        @(Get-MeshSecret | Where-Object Name -EQ s).Mesh | Should -Be 'm1'
    }

    It 'refuses a name that another mesh has in the namespace' {
        $run = Import-Text "$(Get-KumaSecret m1)---`n$(Get-KumaSecret m2)"
        $run.Done | ForEach-Object { "$_" } | Should -Be 'namespace/kuma-system/mesh/m1/s'
        $run.Ids | Should -Be 'SecretMeshConflict'
        "$($run.Errors[0])" | Should -BeLike '*namespace/kuma-system/mesh/m1/s*Remove-MeshSecret s -Mesh m1 -Namespace kuma-system*'
        (Import-Text (Get-KumaSecret m2) @{ Force = $true }).Ids | Should -Be 'SecretMeshConflict'
        (Import-Text (Get-Secret s kuma-system)).Ids | Should -Be 'SecretMeshConflict'
        Remove-MeshSecret s -Mesh m1 -Namespace kuma-system -Confirm:$false
        "$(Get-KumaSecret m2 | Import-MeshSecret)" | Should -Be 'namespace/kuma-system/mesh/m2/s'
        $null = Get-Secret p kuma-system | Import-MeshSecret
        (Import-Text ((Get-KumaSecret m1) -replace 'name: s', 'name: p')).Ids | Should -Be 'SecretMeshConflict'
    }

    It 'adds labels, and keeps those that are there' {
        $done = Get-Secret a shop hi ', labels: { own: "1" }' | Import-MeshSecret -Label @{ cluster = 'east' }
        ($done.Labels.GetEnumerator() | ForEach-Object { "$($_.Key)=$($_.Value)" }) -join ' ' | Should -Be 'cluster=east own=1'
    }

    It 'stores nothing with -WhatIf, not even a store' {
        Get-Secret a shop | Import-MeshSecret -WhatIf | Should -BeNullOrEmpty
        Test-Path $env:MESHSECRETS_STORE | Should -BeFalse
    }

    It 'stores into the store that is named' {
        $other = Connect-MeshStore "$folder/other" -Create -NoDefault
        (Get-Secret a shop | Import-MeshSecret -Store $other).Store | Should -Be $other
        Get-MeshSecret -Store $other | Should -HaveCount 1
    }

    It 'says that a path is not there' {
        { Import-MeshSecret "$folder/none.yaml" -ErrorAction Stop } | Should -Throw -ErrorId 'PathNotFound*'
        { Import-MeshSecret -LiteralPath "$folder/[a].yaml" -ErrorAction Stop } | Should -Throw -ErrorId 'PathNotFound*'
    }

    It 'refuses fields that are no text: <Field>' -ForEach @(
        @{ Field = 'type'; Text = "apiVersion: v1`nkind: Secret`nmetadata: { name: a }`ntype: [LEAK]`ndata: {}" }
        @{ Field = 'metadata.namespace'; Text = "apiVersion: v1`nkind: Secret`nmetadata: { name: a, namespace: [LEAK] }`ndata: {}" }
        @{ Field = 'mesh'; Text = "type: Secret`nname: a`nmesh: { LEAK: x }`ndata: aGk=" }
    ) {
        $run = Import-Text $Text
        $run.Ids | Should -Be 'ManifestValueNotText'
        "$($run.Errors)" | Should -BeLike "pipeline input, line *'$Field'*"
        "$($run.Errors)" | Should -Not -Match 'LEAK'
        $run.Done | Should -HaveCount 0
    }

    It 'counts the lines of the whole input' {
        $lines = "$(Get-Secret a shop)---`n$((Get-Secret b shop) -replace 'aGk=', 'aGk')---`nkind: [`n---`n$(Get-Secret c shop)" -split "`n"
        $done = $lines | Import-MeshSecret -ErrorAction SilentlyContinue -ErrorVariable failed
        $done.Name | Should -Be 'a', 'c'
        "$($failed[0])" | Should -BeLike 'pipeline input, line 11, column *Secret shop/b*'
        "$($failed[1])" | Should -BeLike "pipeline input, line 1[34], column *up to the next line or text that begins with '---' was not read*"
        '{ "kind": x }' | Import-MeshSecret -ErrorAction SilentlyContinue -ErrorVariable failed
        "$failed" | Should -BeLike 'pipeline input, line 1, *was not read*'
    }

    It 'says that a name is needed' {
        $run = Import-Text "apiVersion: v1`nkind: Secret`nmetadata: { generateName: x-, namespace: shop }`ndata: {}"
        $run.Ids | Should -Be 'SecretNameInvalid'
        "$($run.Errors)" | Should -BeLike '*needs one*'
    }

    It 'takes thousands' {
        1..1000 | ForEach-Object { Get-Secret "s$_" shop; '---' } | Import-MeshSecret | Should -HaveCount 1000
    }

    It 'tells what came of each in its order, though it reads on while it stores' {
        $null = Get-Secret s200 shop before | Import-MeshSecret
        $told = 1..700 | ForEach-Object { Get-Secret "s$_" shop; '---' } | Import-MeshSecret -ErrorAction Continue 2>&1
        $told | ForEach-Object { $_ -is [Management.Automation.ErrorRecord] ? 'error' : $_.Name } |
            Should -Be @(1..199 | ForEach-Object { "s$_" }; 'error'; 201..700 | ForEach-Object { "s$_" })
        "$($told[199])" | Should -BeLike '*namespace/shop/s200*'
    }

    It 'has stored all that it told when an error ends it' {
        $null = Get-Secret s300 shop before | Import-MeshSecret
        $told = [Collections.Generic.List[string]]::new()
        { 1..700 | ForEach-Object { Get-Secret "s$_" shop; '---' } | Import-MeshSecret -ErrorAction Stop | ForEach-Object { $told.Add($_.Name) } } | Should -Throw '*s300*'
        $told | Should -Be @(1..299 | ForEach-Object { "s$_" })
        $stored = (Get-MeshSecret -Namespace shop).Name
        $told | Where-Object { $_ -notin $stored } | Should -BeNullOrEmpty
    }
}

Describe 'ConvertFrom-MeshManifest' {
    It 'shows what a text holds, and no value' {
        $found = "$(Get-Secret a shop)---`n$(Get-KumaSecret m1)---`nkind: Gateway`napiVersion: networking.istio.io/v1`nmetadata: { name: g }`n" | ConvertFrom-MeshManifest
        $found | ForEach-Object { "$($_.Kind) $($_.Name) $($_.Namespace) $($_.Mesh) $($_.Type) $($_.Line)" } |
            Should -Be 'Secret a shop  Opaque 1', 'Secret s kuma-system m1 system.kuma.io/secret 7', 'Gateway g    13'
        $found | Format-List * | Out-String | Should -Not -Match 'aGk='
    }

    It 'reads lines as they come' {
        $lines = "$(Get-Secret a shop)---`n$(Get-Secret b shop)" -split "`n"
        ($lines | ConvertFrom-MeshManifest).Name | Should -Be 'a', 'b'
        ($lines[0..5] | ConvertFrom-MeshManifest).Name | Should -Be 'a'
    }

    It 'says where text is no manifest' {
        'kind: [' | ConvertFrom-MeshManifest -ErrorAction SilentlyContinue -ErrorVariable failed | Should -BeNullOrEmpty
        $failed.FullyQualifiedErrorId | Should -BeLike 'ManifestInvalid,*'
    }

    It 'gives nothing for nothing' {
        '', '---', '# a comment' | ConvertFrom-MeshManifest | Should -BeNullOrEmpty
    }
}

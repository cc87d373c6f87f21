# The roles of RBAC that the module prints: what README says of them is true, and kubectl takes them.
BeforeDiscovery {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'MeshSecrets.psd1')
}

BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'MeshSecrets.psd1')
    . (Join-Path $PSScriptRoot 'Kubernetes.Cluster.ps1')
    $cluster = Get-TestCluster

    # The rules of a role, as "group: resources: verbs".
    function Get-Rule([object[]] $Role) {
        $json = $Role | ConvertTo-MeshManifest -As Json
        foreach ($rule in ($json -join "`n" | ConvertFrom-Json).rules) {
            '{0}: {1}: {2}' -f ($rule.apiGroups[0] ? $rule.apiGroups[0] : 'core'), ($rule.resources -join ', '), ($rule.verbs -join ', ')
        }
    }
}

AfterAll { Remove-TestCluster $cluster }

Describe 'Get-MeshStoreRole' {
    It 'gives what README says' {
        $rows = [regex]::Matches((Get-Content (Join-Path $root 'README.md') -Raw), '(?m)^\| `(-?\w+)` \|[^|]*\| ([\w.-]+) \| ([^|]+) \| ([^|]+) \|\r?$')
        $said = $rows | ForEach-Object { '{0}: {1}: {2}: {3}' -f $_.Groups[1].Value, $_.Groups[2].Value, $_.Groups[3].Value, $_.Groups[4].Value }
        $given = foreach ($role in 'ReadOnly', 'Issue', 'Rotate', 'Manage') { Get-Rule (Get-MeshStoreRole $role) | ForEach-Object { "${role}: $_" } }
        $plain = Get-Rule (Get-MeshStoreRole Issue)
        $given += Get-Rule (Get-MeshStoreRole Issue -RestartWorkload) | Where-Object { $_ -notin $plain } | ForEach-Object { "-RestartWorkload: $_" }
        $given += Get-Rule (Get-MeshStoreRole Issue -MeshResource) | Where-Object { $_ -notin $plain } | ForEach-Object { "-MeshResource: $_" }
        $said | Should -Be $given
    }

    It 'gives ClusterRoles for the whole cluster, and Roles for namespaces' {
        $all = Get-MeshStoreRole
        $all.Name | Should -Be 'meshsecrets-read-only', 'meshsecrets-issue', 'meshsecrets-rotate', 'meshsecrets-manage'
        $all.Kind | Select-Object -Unique | Should -Be 'ClusterRole'
        $some = 'r*o*', 'Manage' | Get-MeshStoreRole -Namespace shop, bank -Subject Group:operators
        $some.Name | Select-Object -Unique | Should -Be 'meshsecrets-read-only', 'meshsecrets-rotate', 'meshsecrets-manage'
        $some.Namespace | Select-Object -Unique | Should -Be 'shop', 'bank'
        $some.Kind | Select-Object -Unique | Should -Be 'Role', 'RoleBinding'
    }

    It 'limits to names all that RBAC can limit' {
        $rules = (Get-MeshStoreRole Manage -Name web, mesh-ca | ConvertTo-MeshManifest -As Json | ConvertFrom-Json).rules
        $rules[0].resourceNames | Should -Be 'web', 'mesh-ca'
        $rules[0].verbs | Should -Not -Contain 'create'
        $rules[1].verbs | Should -Be 'create'
        $rules[1].PSObject.Properties.Name | Should -Not -Contain 'resourceNames'
    }

    It 'refuses <Given>' -ForEach @(
        @{ Given = 'a role that is none'; Id = 'RoleUnknown'; Do = { Get-MeshStoreRole Admin -ErrorAction Stop } }
        @{ Given = 'a subject without kind'; Id = 'SubjectInvalid'; Do = { Get-MeshStoreRole -Subject alice -ErrorAction Stop } }
        @{ Given = 'a service account without namespace'; Id = 'SubjectInvalid'; Do = { Get-MeshStoreRole -Subject ServiceAccount:renewer -ErrorAction Stop } }
    ) {
        $Do | Should -Throw -ErrorId "$Id,*"
    }

    It 'completes the names of roles' {
        (TabExpansion2 'Get-MeshStoreRole R').CompletionMatches.CompletionText | Should -Be 'ReadOnly', 'Rotate'
    }

    Context 'in a cluster' {
        BeforeEach {
            Skip-WithoutCluster $cluster
            $namespace = New-TestNamespace $cluster
        }

        It 'is taken by kubectl, with all that can be asked for' {
            $said = Get-MeshStoreRole -Namespace $namespace -Subject User:carol, Group:operators, "ServiceAccount:$namespace/renewer" -Name web -RestartWorkload -MeshResource -AsString |
                Invoke-Kubectl $cluster apply, --dry-run=server, -f, -
            @($said -match '(role|rolebinding)\S* created').Count | Should -Be 16
        }
    }
}

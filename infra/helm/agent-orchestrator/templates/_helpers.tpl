{{- define "orchestrator.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Labels by which Services and Deployments know their pods: dict root, component. */}}
{{- define "orchestrator.selector" -}}
app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- with .pool }}
agent-orchestrator/pool: {{ . }}
{{- end }}
{{- end -}}

{{- define "orchestrator.labels" -}}
{{ include "orchestrator.selector" . }}
app.kubernetes.io/version: {{ default .root.Chart.AppVersion .root.Values.image.tag | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/part-of: agent-orchestrator
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* The image of a program: dict root, program. */}}
{{- define "orchestrator.image" -}}
{{ printf "%s/%s:%s" .root.Values.image.prefix .program (default .root.Chart.AppVersion .root.Values.image.tag) }}
{{- end -}}

{{- define "orchestrator.databaseHost" -}}
{{- if .Values.bundled.postgresql.enabled -}}{{ include "orchestrator.fullname" . }}-postgresql
{{- else -}}{{ required "database.host: say where PostgreSQL is, or enable bundled.postgresql for a trial" .Values.database.host }}{{- end -}}
{{- end -}}

{{- define "orchestrator.databasePort" -}}
{{- if .Values.bundled.postgresql.enabled -}}5432{{- else -}}{{ .Values.database.port }}{{- end -}}
{{- end -}}

{{- define "orchestrator.databaseUrl" -}}
jdbc:postgresql://{{ include "orchestrator.databaseHost" . }}:{{ include "orchestrator.databasePort" . }}/{{ .Values.database.name }}
{{- with .Values.database.parameters }}?{{ . }}{{ end }}
{{- end -}}

{{- define "orchestrator.databaseSecret" -}}
{{ required "database.existingSecret: name the Secret that holds the password of PostgreSQL" .Values.database.existingSecret }}
{{- end -}}

{{- define "orchestrator.redisHost" -}}
{{- if .Values.bundled.redis.enabled -}}{{ include "orchestrator.fullname" . }}-redis
{{- else -}}{{ required "redis.host: say where Redis is, or enable bundled.redis for a trial" .Values.redis.host }}{{- end -}}
{{- end -}}

{{- define "orchestrator.redisPort" -}}
{{- if .Values.bundled.redis.enabled -}}6379{{- else -}}{{ .Values.redis.port }}{{- end -}}
{{- end -}}

{{/* dict root, credentials: what stands before the host */}}
{{- define "orchestrator.redisUrl" -}}
{{- $scheme := ternary "rediss" "redis" (and .root.Values.redis.tls (not .root.Values.bundled.redis.enabled)) -}}
{{ $scheme }}://{{ .credentials }}{{ include "orchestrator.redisHost" .root }}:{{ include "orchestrator.redisPort" .root }}/{{ .root.Values.redis.database }}
{{- end -}}

{{- define "orchestrator.temporalHost" -}}
{{- if .Values.bundled.temporal.enabled -}}{{ include "orchestrator.fullname" . }}-temporal
{{- else -}}{{ required "temporal.host: say where Temporal's frontend is, or enable bundled.temporal for a trial" .Values.temporal.host }}{{- end -}}
{{- end -}}

{{- define "orchestrator.temporalPort" -}}
{{- if .Values.bundled.temporal.enabled -}}7233{{- else -}}{{ .Values.temporal.port }}{{- end -}}
{{- end -}}

{{- define "orchestrator.agentSecret" -}}
{{ required "agentCredentials.existingSecret: name the Secret that holds the key of agents' credentials and the enrolment token" .Values.agentCredentials.existingSecret }}
{{- end -}}

{{/* What api and worker have in common. */}}
{{- define "orchestrator.environment" -}}
{{- $name := include "orchestrator.fullname" . -}}
- name: SPRING_CONFIG_IMPORT # each secret is a file whose name is the property's
  value: configtree:/etc/orchestrator/secrets/
- name: ORCHESTRATOR_DATABASE_URL
  value: {{ include "orchestrator.databaseUrl" . | quote }}
- name: ORCHESTRATOR_DATABASE_USER
  value: {{ .Values.database.user | quote }}
- name: ORCHESTRATOR_TEMPORAL_ADDRESS
  value: {{ printf "%s:%s" (include "orchestrator.temporalHost" .) (include "orchestrator.temporalPort" .) | quote }}
- name: ORCHESTRATOR_TEMPORAL_NAMESPACE
  value: {{ .Values.temporal.namespace | quote }}
- name: ORCHESTRATOR_TEMPORAL_UI_URL
  value: {{ .Values.temporal.uiUrl | quote }}
- name: ORCHESTRATOR_AGENTS_RESERVED_ADDRESSES
  value: {{ concat (list (printf "%s-api:%v" $name .Values.api.service.port) (printf "%s-worker:8081" $name)) .Values.reservedAddresses | join "," | quote }}
{{- with .Values.allowedNetworks }}
- name: ORCHESTRATOR_AGENTS_ALLOWED_NETWORKS
  value: {{ join "," . | quote }}
{{- end }}
{{- end -}}

{{/* A pod's placement: dict root, values, selector. */}}
{{- define "orchestrator.placement" -}}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- $selector := .selector }}
{{- with .values.topologySpreadKeys }}
topologySpreadConstraints:
  {{- range . }}
  - topologyKey: {{ . }}
    maxSkew: 1
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{- $selector | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
  {{- end }}
{{- end }}
{{- end -}}

{{/* How api and worker are probed, on the port named http. */}}
{{- define "orchestrator.probes" -}}
startupProbe: # of a JVM on a busy node
  httpGet: { path: /actuator/health/liveness, port: http }
  periodSeconds: 2
  timeoutSeconds: 5
  failureThreshold: 90
livenessProbe:
  httpGet: { path: /actuator/health/liveness, port: http }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: { path: /actuator/health/readiness, port: http }
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 2
{{- end -}}

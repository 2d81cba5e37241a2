"""The designer and the operator's desk: entities, screens, access, drafts, people, built from ui's parts."""
